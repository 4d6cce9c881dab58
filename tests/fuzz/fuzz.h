/* What a fuzzer of tests/fuzz defines: see libFuzzer's documentation. */
#ifndef DROVER_TESTS_FUZZ_H
#define DROVER_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
