#define _GNU_SOURCE
#include "clinux.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

int clinux_start(const char *path, const char *const *arguments)
{
    pid_t child = fork();
    if (child < 0)
        return -errno;
    if (child > 0)
        return (int)child;

    // A session of its own, so that what it starts can be told apart from init.
    setsid();
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    syscall(SYS_close_range, 3U, ~0U, 0U);
    execve(path, (char *const *)arguments, environ);
    _exit(127);
}

int clinux_wait_any(int *status)
{
    int raw = 0;
    pid_t child;
    do {
        child = waitpid(-1, &raw, 0);
    } while (child < 0 && errno == EINTR);
    if (child < 0)
        return -errno;
    *status = WIFSIGNALED(raw) ? 128 + WTERMSIG(raw) : WEXITSTATUS(raw);
    return (int)child;
}

int clinux_open_console(void)
{
    for (int fd = 0; fd < 3; fd++) {
        if (fcntl(fd, F_GETFD) >= 0)
            continue;
        int console = open("/dev/console", O_RDWR | O_NOCTTY);
        if (console < 0)
            console = open("/dev/null", O_RDWR);
        if (console < 0)
            return -errno;
        if (console != fd) {
            dup2(console, fd);
            close(console);
        }
    }
    return 0;
}
