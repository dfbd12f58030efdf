#define _GNU_SOURCE
#include "clinux.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/kexec.h>
#include <linux/reboot.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#ifndef MODULE_INIT_COMPRESSED_FILE
#define MODULE_INIT_COMPRESSED_FILE 4
#endif

int clinux_mount(const char *source, const char *target, const char *type, unsigned long flags, const char *options)
{
    return mount(source, target, type, flags, options) < 0 ? -errno : 0;
}

int clinux_unmount(const char *target, int flags)
{
    return umount2(target, flags) < 0 ? -errno : 0;
}

int clinux_make_mutable(int fd)
{
    int flags = 0;
    if (ioctl(fd, FS_IOC_GETFLAGS, &flags) < 0)
        return -errno;
    if (!(flags & FS_IMMUTABLE_FL))
        return 0;
    flags &= ~FS_IMMUTABLE_FL;
    return ioctl(fd, FS_IOC_SETFLAGS, &flags) < 0 ? -errno : 0;
}

static int reboot_with(unsigned int command)
{
    return syscall(SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, command, 0) < 0 ? -errno : 0;
}

int clinux_restart(void) { return reboot_with(LINUX_REBOOT_CMD_RESTART); }

int clinux_power_off(void) { return reboot_with(LINUX_REBOOT_CMD_POWER_OFF); }

int clinux_kexec_start(void) { return reboot_with(LINUX_REBOOT_CMD_KEXEC); }

int clinux_kexec_load(int kernel_fd, int initrd_fd, const char *command_line)
{
    unsigned long flags = initrd_fd < 0 ? KEXEC_FILE_NO_INITRAMFS : 0;
    // The length counts the terminating NUL.
    long result =
        syscall(SYS_kexec_file_load, kernel_fd, initrd_fd, strlen(command_line) + 1, command_line, flags);
    return result < 0 ? -errno : 0;
}

int clinux_load_module(int fd, const char *parameters, int compressed)
{
    long result = syscall(SYS_finit_module, fd, parameters, compressed ? MODULE_INIT_COMPRESSED_FILE : 0);
    return result < 0 ? -errno : 0;
}

int clinux_set_clock(int64_t seconds)
{
    struct timespec now = {.tv_sec = (time_t)seconds, .tv_nsec = 0};
    return clock_settime(CLOCK_REALTIME, &now) < 0 ? -errno : 0;
}
