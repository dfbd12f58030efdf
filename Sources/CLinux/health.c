#define _GNU_SOURCE
#include "clinux.h"

#include <errno.h>
#include <sched.h>
#include <string.h>

int clinux_processors(int *numbers, int capacity)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    if (sched_getaffinity(0, sizeof set, &set) < 0)
        return -errno;
    int count = 0;
    for (int number = 0; number < CPU_SETSIZE && count < capacity; number++)
        if (CPU_ISSET(number, &set))
            numbers[count++] = number;
    return count;
}

int clinux_pin_thread(int processor)
{
    if (processor < 0 || processor >= CPU_SETSIZE)
        return -EINVAL;
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(processor, &set);
    return sched_setaffinity(0, sizeof set, &set) < 0 ? -errno : 0;
}

uint64_t clinux_compute(uint64_t seed, uint32_t rounds)
{
    // Only operations whose results IEEE 754 and C fix to the bit; no sum that a compiler may reorder.
    uint64_t state = seed;
    volatile double kept = 1.0;
    for (uint32_t round = 0; round < rounds; round++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        double part = (double)(state >> 12) / 4503599627370496.0;
        double old = kept;
        double product = old * 0.5;
        kept = product + part;
    }
    double last = kept;
    uint64_t bits;
    memcpy(&bits, &last, sizeof bits);
    return state ^ bits;
}

static inline uint64_t word(uint64_t seed, size_t index)
{
    uint64_t value = seed + (uint64_t)index * UINT64_C(0x9E3779B97F4A7C15);
    value ^= value >> 29;
    return value * UINT64_C(0xBF58476D1CE4E5B9);
}

void clinux_memory_fill(uint64_t *words, size_t count, uint64_t seed, uint64_t mask)
{
    for (size_t index = 0; index < count; index++)
        words[index] = word(seed, index) ^ mask;
}

size_t clinux_memory_mismatches(const uint64_t *words, size_t count, uint64_t seed, uint64_t mask)
{
    size_t wrong = 0;
    for (size_t index = 0; index < count; index++)
        wrong += words[index] != (word(seed, index) ^ mask);
    return wrong;
}
