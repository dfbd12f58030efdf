#define _GNU_SOURCE
#include "cspawn.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>

int cspawn(char *const arguments[], char *const environment[], const char *folder, const int files[3]) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t all, none;
    pid_t child;
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    int error = 0;
    for (int target = 0; target < 3 && !error; target++)
        error = posix_spawn_file_actions_adddup2(&actions, files[target], target);
    if (!error) error = posix_spawn_file_actions_addclosefrom_np(&actions, 3);
    if (!error && folder) error = posix_spawn_file_actions_addchdir_np(&actions, folder);

    sigfillset(&all);
    sigemptyset(&none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    if (!error) error = posix_spawnp(&child, arguments[0], &actions, &attributes, arguments, environment);

    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return error ? -error : child;
}

int cspawn_memory(void) {
    int descriptor = memfd_create("test", MFD_CLOEXEC);
    return descriptor < 0 ? -errno : descriptor;
}
