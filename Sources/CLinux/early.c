#define _GNU_SOURCE
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

// The Swift runtime looks for itself in /proc before main and gives up without it, which as process 1 is a kernel
// panic. This runs before it.
__attribute__((constructor(101))) static void mount_proc(void)
{
    if (getpid() == 1) {
        mkdir("/proc", 0555);
        mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, 0);
    }
}
