// A real model server for tests: llama.cpp in process, behind the HTTP
// interfaces of Ollama or of llama-server.
//
//	node server.mjs MODEL.gguf ollama|llama-server [PORT [SLOTS]]
//
// On SIGUSR2 it generates nonsense, on another sense again: what a model
// says whose numbers have become NaN.  On SIGWINCH it works for 25 seconds
// and answers nothing, not even /health: a long prompt.
//
// Writes "listening PORT" once it accepts.  Like the servers it stands
// for, Ollama loads its model with the first request, and llama-server
// answers 503 until its model is loaded.
import { createServer } from "node:http";
import { statSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [file, kind, port = "0", slotCount = "2"] = process.argv.slice(2);
const CONTEXT = 4096, NAME = kind === "ollama" ? "tiny:latest" : "tiny";
// Resolved from the working directory: the packages lie in a cache.
const require = createRequire(process.cwd() + "/");
const { getLlama } = await import(pathToFileURL(
	require.resolve("node-llama-cpp")).href);

let model, loading, expires = 0, task = 0, nonsense = false;
process.on("SIGUSR2", () => { nonsense = !nonsense; });
process.on("SIGWINCH", () => {
	for (const end = Date.now() + 25000; Date.now() < end;)
		;
});
const slots = [], waiting = [];
const total = { predicted: 0, prompt: 0 };
const details = { format: "gguf", family: "llama", families: ["llama"],
	parameter_size: "220K", quantization_level: "F32" };
const digest = "d1".repeat(32), size = statSync(file).size;

async function load() {
	const llama = await getLlama({ gpu: false, maxThreads: 1,
		logLevel: "error", build: "never" });
	const loaded = await llama.loadModel({ modelPath: file });
	const context = await loaded.createContext({ threads: 1,
		sequences: Number(slotCount), contextSize: CONTEXT });
	for (let id = 0; id < Number(slotCount); id++)
		slots.push({ id, sequence: context.getSequence(),
			task: -1, busy: false, decoded: 0, prompt: 0 });
	model = loaded;
}

async function take() {
	await (loading ??= load());
	for (;;) {
		const free = slots.find((slot) => !slot.busy);
		if (free)
			return Object.assign(free, { busy: true,
				task: task++, decoded: 0 });
		await new Promise((wake) => waiting.push(wake));
	}
}

// Calls each(text) for each token; the counters move as those of
// llama-server do: at the end of the request.
async function generate(prompt, count, each, gone) {
	const slot = await take();
	const tokens = model.tokenize(prompt || " ").slice(-CONTEXT / 2);
	const limit = Math.min(count, CONTEXT - tokens.length - 1);
	try {
		await slot.sequence.clearHistory();
		slot.prompt = tokens.length;
		total.prompt += tokens.length;
		for await (const token of slot.sequence.evaluate(tokens,
			{ temperature: 1, yieldEogToken: true })) {
			slot.decoded++;
			each(nonsense ? "@" :
				model.detokenize([token]) || " ");
			if (slot.decoded >= limit || gone())
				break;
		}
		return { prompt: tokens.length, decoded: slot.decoded };
	} finally {
		total.predicted += slot.decoded;
		slot.busy = false;
		expires = Date.now() + 300000;
		waiting.shift()?.();
	}
}

const json = (response, status, value) => response.writeHead(status,
	{ "content-type": "application/json" }).end(JSON.stringify(value));
const failed = (response, code, message, type) => json(response, code,
	{ error: { code, message, type } });
const now = () => new Date().toISOString();
const text = (messages) => messages.map((m) => m.content).join(" ");

async function ollamaGenerate(response, body, isChat) {
	const began = process.hrtime.bigint();
	const say = (part, rest) => ({ model: NAME, created_at: now(),
		...(isChat ? { message: { role: "assistant", content: part } } :
			{ response: part }), ...rest });
	let whole = "";
	const stream = body.stream !== false;
	const used = await generate(isChat ? text(body.messages) : body.prompt,
		body.options?.num_predict ?? 128, (part) => {
			whole += part;
			if (stream)
				response.write(JSON.stringify(say(part,
					{ done: false })) + "\n");
		}, () => response.destroyed);
	response.end(JSON.stringify(say(stream ? "" : whole, { done: true,
		done_reason: "stop", prompt_eval_count: used.prompt,
		eval_count: used.decoded, total_duration:
			Number(process.hrtime.bigint() - began) })) + "\n");
}

async function openaiGenerate(response, body, isChat) {
	const id = "cmpl-" + task, created = Math.floor(Date.now() / 1000);
	const object = isChat ? "chat.completion" : "text_completion";
	const say = (part, finish) => ({ id, created, model: NAME,
		object: body.stream && isChat ? object + ".chunk" : object,
		choices: [{ index: 0, finish_reason: finish, ...(!isChat ?
			{ text: part } : body.stream ? { delta: { content: part } } :
			{ message: { role: "assistant", content: part } }) }] });
	let whole = "";
	if (body.stream)
		response.writeHead(200, { "content-type": "text/event-stream" });
	const used = await generate(isChat ? text(body.messages) : body.prompt,
		body.max_tokens ?? body.n_predict ?? 128, (part) => {
			whole += part;
			if (body.stream)
				response.write("data: " + JSON.stringify(
					say(part, null)) + "\n\n");
		}, () => response.destroyed);
	const usage = { prompt_tokens: used.prompt, completion_tokens:
		used.decoded, total_tokens: used.prompt + used.decoded };
	if (body.stream)
		response.end("data: " + JSON.stringify(say("", "stop")) +
			"\n\ndata: [DONE]\n\n");
	else
		json(response, 200, { ...say(whole, "stop"), usage });
}

const ollama = {
	"GET /": (r) => r.end("Ollama is running"),
	"GET /api/version": (r) => json(r, 200, { version: "0.0.0-test" }),
	"GET /api/tags": (r) => json(r, 200, { models: [{ name: NAME,
		model: NAME, modified_at: now(), size, digest, details }] }),
	"GET /api/ps": (r) => json(r, 200, { models: model ? [{ name: NAME,
		model: NAME, size, digest, details, size_vram: 0,
		context_length: CONTEXT,
		expires_at: new Date(expires).toISOString() }] : [] }),
	"POST /api/show": (r) => json(r, 200, { details, model_info: {} }),
	"POST /api/generate": (r, body) => ollamaGenerate(r, body, false),
	"POST /api/chat": (r, body) => ollamaGenerate(r, body, true),
};

const busy = () => slots.filter((slot) => slot.busy).length;
const llamaServer = {
	"GET /health": (r) => json(r, 200, { status: "ok" }),
	"GET /props": (r) => json(r, 200, { build_info: "b0-test",
		total_slots: slots.length, model_path: file, is_sleeping: false,
		default_generation_settings: { n_ctx: CONTEXT } }),
	"GET /slots": (r) => json(r, 200, slots.map((slot) => ({ id: slot.id,
		id_task: slot.task, n_ctx: CONTEXT, is_processing: slot.busy,
		n_prompt_tokens: slot.prompt + slot.decoded,
		next_token: [{ n_decoded: slot.decoded }] }))),
	"GET /metrics": (r) => r.writeHead(200, { "content-type":
		"text/plain; version=0.0.4" }).end(
		"# TYPE llamacpp:tokens_predicted_total counter\n" +
		`llamacpp:tokens_predicted_total ${total.predicted}\n` +
		"# TYPE llamacpp:prompt_tokens_total counter\n" +
		`llamacpp:prompt_tokens_total ${total.prompt}\n` +
		`llamacpp:requests_processing ${busy()}\n` +
		`llamacpp:requests_deferred ${waiting.length}\n`),
	"POST /completion": (r, body) => openaiGenerate(r, body, false),
};
const openai = {
	"GET /v1/models": (r) => json(r, 200, { object: "list", data: [{
		id: NAME, object: "model", created: 0, owned_by: kind === "ollama" ?
			"library" : "llamacpp", meta: { n_ctx: CONTEXT, size,
			n_params: Math.floor(size / 4) } }] }),
	"POST /v1/completions": (r, body) => openaiGenerate(r, body, false),
	"POST /v1/chat/completions": (r, body) => openaiGenerate(r, body, true),
};
const routes = { ...openai, ...(kind === "ollama" ? ollama : llamaServer) };

async function answer(request, response) {
	let body = "";
	for await (const part of request)
		body += part;
	const path = request.url.split("?")[0];
	const route = routes[`${request.method} ${path}`];
	if (kind !== "ollama" && !model)
		return failed(response, 503, "Loading model",
			"unavailable_error");
	if (!route)
		return failed(response, 404, "File Not Found",
			"not_found_error");
	await route(response, body === "" ? {} : JSON.parse(body));
}

const server = createServer((request, response) => answer(request, response)
	.catch((error) => response.headersSent ? response.destroy() :
		failed(response, 500, String(error), "server_error")));
server.keepAliveTimeout = 60000;
server.listen(Number(port), "127.0.0.1", () => {
	console.log("listening", server.address().port);
	if (kind !== "ollama")
		loading = load();
});
