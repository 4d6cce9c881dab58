/* Answers of a droverd to the preview of a drain of n03. */
#ifndef DROVER_TESTS_UI_ANSWERS_H
#define DROVER_TESTS_UI_ANSWERS_H

#define ANSWER_TARGET							\
	"\"targets\":[{\"name\":\"n03\",\"state\":\"up\","		\
	"\"drain\":\"in service\",\"in_flight\":3,"			\
	"\"in_flight_bound\":true}]"
#define ANSWER_CAPACITY							\
	"\"slots\":{\"before\":{\"total\":8,\"busy\":2,\"free\":6},"	\
	"\"after\":{\"total\":4,\"busy\":1,\"free\":3}},"		\
	"\"nodes\":{\"before\":5,\"after\":4}"
#define ANSWER_PREVIEWED						\
	"{\"reply\":{\"number\":1003,\"name\":\"PREVIEW\","		\
	"\"text\":\"this is what it would do; nothing was done\","	\
	"\"detail\":\"\"},\"version\":12,"

/* Nothing is in the way. */
#define ANSWER_FREE							\
	ANSWER_PREVIEWED "\"would\":{\"number\":1000,\"name\":\"OK\","	\
	"\"text\":\"done\",\"detail\":\"\"},\"preview\":{"		\
	ANSWER_TARGET ",\"models\":[{\"name\":\"llama3:70b\","		\
	"\"here\":1,\"loaded\":1,\"elsewhere\":1,\"last\":false}],"	\
	ANSWER_CAPACITY ",\"limits\":[]}}"

/* The last copy would go. */
#define ANSWER_LAST_COPY						\
	ANSWER_PREVIEWED "\"would\":{\"number\":3001,"			\
	"\"name\":\"LAST_COPY\",\"text\":\"the last ready copy of a "	\
	"model would go\",\"detail\":\"llama3:70b\"},\"preview\":{"	\
	ANSWER_TARGET ",\"models\":[{\"name\":\"llama3:70b\","		\
	"\"here\":1,\"loaded\":1,\"elsewhere\":0,\"last\":true}],"	\
	ANSWER_CAPACITY ",\"limits\":[{\"limit\":\"last copy\","	\
	"\"subject\":\"llama3:70b\",\"have\":0,\"need\":1}]}}"

/* Another operator drains it. */
#define ANSWER_OF_ANOTHER						\
	ANSWER_PREVIEWED "\"would\":{\"number\":3003,"			\
	"\"name\":\"DRAINED_BY_ANOTHER\",\"text\":\"another operator "	\
	"drains this node; undrain it first, or replace\","		\
	"\"detail\":\"bob: disk\"},\"preview\":{" ANSWER_TARGET		\
	",\"models\":[],\"slots\":null,\"nodes\":{\"before\":4,"	\
	"\"after\":4},\"limits\":[]}}"

#endif
