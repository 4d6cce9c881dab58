// Writes a tiny model of random weights: node model.mjs FILE
//
// GGUF version 3, architecture llama, a vocabulary of bytes and a few
// words.  What it says is noise, but each token of it is truly computed.
import { writeFileSync } from "node:fs";

const embedding = 64, forward = 128, blocks = 4, heads = 4;
const U32 = 4, F32 = 6, STRING = 8, ARRAY = 9, I32 = 5, TENSOR_F32 = 0;
const NORMAL = 1, UNKNOWN = 2, CONTROL = 3, BYTE = 6, ALIGNMENT = 32;

const vocabulary = [["<unk>", UNKNOWN], ["<s>", CONTROL], ["</s>", CONTROL]];
for (let i = 0; i < 256; i++) {
	const hex = i.toString(16).toUpperCase().padStart(2, "0");
	vocabulary.push([`<0x${hex}>`, BYTE]);
}
for (const letter of "abcdefghijklmnopqrstuvwxyz")
	vocabulary.push([letter, NORMAL], ["\u2581" + letter, NORMAL]);
vocabulary.push(["\u2581", NORMAL]);

const parts = [];
let length = 0;
function put(bytes) {
	parts.push(bytes);
	length += bytes.length;
}
function number(bytes, write, value) {
	const buffer = Buffer.alloc(bytes);
	buffer[write](value);
	put(buffer);
}
const u32 = (value) => number(4, "writeUInt32LE", value);
const i32 = (value) => number(4, "writeInt32LE", value);
const f32 = (value) => number(4, "writeFloatLE", value);
const u64 = (value) => number(8, "writeBigUInt64LE", BigInt(value));
function string(text) {
	u64(Buffer.byteLength(text));
	put(Buffer.from(text));
}
const writers = { [U32]: u32, [I32]: i32, [F32]: f32, [STRING]: string };
function entry(key, type, value, of) {
	string(key);
	u32(type);
	if (type !== ARRAY)
		return writers[type](value);
	u32(of);
	u64(value.length);
	value.forEach(writers[of]);
}

const entries = [
	["general.architecture", STRING, "llama"],
	["general.name", STRING, "drover tiny"],
	["general.file_type", U32, 0],
	["llama.context_length", U32, 16384],
	["llama.embedding_length", U32, embedding],
	["llama.block_count", U32, blocks],
	["llama.feed_forward_length", U32, forward],
	["llama.attention.head_count", U32, heads],
	["llama.attention.head_count_kv", U32, heads],
	["llama.attention.layer_norm_rms_epsilon", F32, 1e-5],
	["llama.rope.dimension_count", U32, embedding / heads],
	["llama.vocab_size", U32, vocabulary.length],
	["tokenizer.ggml.model", STRING, "llama"],
	["tokenizer.ggml.tokens", ARRAY, vocabulary.map((v) => v[0]), STRING],
	["tokenizer.ggml.scores", ARRAY, vocabulary.map((v, i) => -i), F32],
	["tokenizer.ggml.token_type", ARRAY, vocabulary.map((v) => v[1]), I32],
	["tokenizer.ggml.bos_token_id", U32, 1],
	["tokenizer.ggml.eos_token_id", U32, 2],
	["tokenizer.ggml.unknown_token_id", U32, 0],
	["tokenizer.chat_template", STRING,
		"{% for m in messages %}{{ m.content }} {% endfor %}"],
];

const square = [embedding, embedding];
const tensors = [
	["token_embd.weight", [embedding, vocabulary.length]],
	["output_norm.weight", [embedding]],
	["output.weight", [embedding, vocabulary.length]],
];
for (let i = 0; i < blocks; i++)
	tensors.push(
		[`blk.${i}.attn_norm.weight`, [embedding]],
		[`blk.${i}.attn_q.weight`, square],
		[`blk.${i}.attn_k.weight`, square],
		[`blk.${i}.attn_v.weight`, square],
		[`blk.${i}.attn_output.weight`, square],
		[`blk.${i}.ffn_norm.weight`, [embedding]],
		[`blk.${i}.ffn_gate.weight`, [embedding, forward]],
		[`blk.${i}.ffn_up.weight`, [embedding, forward]],
		[`blk.${i}.ffn_down.weight`, [forward, embedding]]);
const elements = (shape) => shape.reduce((a, b) => a * b, 1);
const aligned = (n) => Math.ceil(n / ALIGNMENT) * ALIGNMENT;

put(Buffer.from("GGUF"));
u32(3);
u64(tensors.length);
u64(entries.length);
entries.forEach((e) => entry(...e));
let offset = 0;
for (const [name, shape] of tensors) {
	string(name);
	u32(shape.length);
	shape.forEach(u64);
	u32(TENSOR_F32);
	u64(offset);
	offset += aligned(elements(shape) * 4);
}
put(Buffer.alloc(aligned(length) - length));

// A generator of our own, so that every machine gets the same model.
let seed = 20;
function random() {
	seed = (seed * 1103515245 + 12345) % 2147483648;
	return seed / 2147483648 - 0.5;
}
for (const [name, shape] of tensors) {
	const weights = new Float32Array(aligned(elements(shape) * 4) / 4);
	const isNorm = name.includes("norm");
	for (let i = 0; i < elements(shape); i++)
		weights[i] = isNorm ? 1 : random() / 2;
	put(Buffer.from(weights.buffer));
}
writeFileSync(process.argv[2], Buffer.concat(parts));
