#ifndef CLINUX_HEALTH_H
#define CLINUX_HEALTH_H

// The work of health checks that has to run at the machine's own speed. No state.

#include <stddef.h>
#include <stdint.h>

/// The numbers of the processors that this process may run on, up to `capacity`. Returns how many or -errno.
int clinux_processors(int *numbers, int capacity);

/// Keeps the calling thread on one processor (sched_setaffinity). Returns 0 or -errno.
int clinux_pin_thread(int processor);

/// A fixed computation of integers and floating point numbers: the same `seed` and `rounds` give the same number on
/// every processor that computes rightly.
uint64_t clinux_compute(uint64_t seed, uint32_t rounds);

/// Fills words with a sequence that depends on `seed`, each xor `mask`.
void clinux_memory_fill(uint64_t *words, size_t count, uint64_t seed, uint64_t mask);

/// How many words are not as clinux_memory_fill left them.
size_t clinux_memory_mismatches(const uint64_t *words, size_t count, uint64_t seed, uint64_t mask);

/// The speeds that the interface's hardware supports (ETHTOOL_GLINKSETTINGS): the kernel's bit map of link modes, in up
/// to `capacity` words. Returns the number of words or -errno.
int clinux_link_modes(const char *interface, uint32_t *words, int capacity);

#endif
