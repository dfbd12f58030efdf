#ifndef CSPAWN_H
#define CSPAWN_H

// What the tests ask of glibc that Swift's Glibc module does not show, for it is read without _GNU_SOURCE.
// A function returns 0 or more, or -errno.

/// Starts a program that leads a process group of its own, with `files` as its descriptors 0, 1 and 2 and no others, all
/// signals at their defaults and none blocked. A program without a slash is looked for in the caller's PATH. `arguments`
/// and `environment` end with NULL; `folder` may be NULL. Returns the process id.
int cspawn(char *const arguments[], char *const environment[], const char *folder, const int files[3]);

/// An empty file in memory; programs that others start do not get it. Returns its descriptor.
int cspawn_memory(void);

#endif
