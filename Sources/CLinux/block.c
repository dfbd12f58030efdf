#define _GNU_SOURCE
#include "clinux_block.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/blkpg.h>
#include <linux/falloc.h>
#include <linux/fs.h>
#include <string.h>
#include <sys/ioctl.h>

// From the kernel's fs/ext4/ext4.h, which is not among the headers for programs.
#define CLINUX_EXT4_IOC_RESIZE_FS _IOW('f', 16, uint64_t)

int clinux_block_open_direct(const char *path, int flags)
{
    int fd = open(path, flags | O_DIRECT | O_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

int clinux_block_device_size(int fd, uint64_t *size)
{
    return ioctl(fd, BLKGETSIZE64, size) < 0 ? -errno : 0;
}

int clinux_block_sector_size(int fd, uint32_t *size)
{
    int value = 0;
    if (ioctl(fd, BLKSSZGET, &value) < 0)
        return -errno;
    *size = (uint32_t)value;
    return 0;
}

int clinux_block_punch(int fd, uint64_t offset, uint64_t length)
{
    return fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)offset, (off_t)length) < 0 ? -errno : 0;
}

int clinux_block_zero(int fd, uint64_t offset, uint64_t length)
{
    uint64_t range[2] = {offset, length};
    return ioctl(fd, BLKZEROOUT, range) < 0 ? -errno : 0;
}

int clinux_block_discard(int fd, uint64_t offset, uint64_t length)
{
    uint64_t range[2] = {offset, length};
    return ioctl(fd, BLKDISCARD, range) < 0 ? -errno : 0;
}

int clinux_block_flush_cache(int fd)
{
    return ioctl(fd, BLKFLSBUF, 0) < 0 ? -errno : 0;
}

int clinux_block_reread_partitions(int fd)
{
    return ioctl(fd, BLKRRPART, 0) < 0 ? -errno : 0;
}

static int partition_request(int fd, int operation, int number, uint64_t start, uint64_t length)
{
    struct blkpg_partition partition;
    struct blkpg_ioctl_arg request;
    memset(&partition, 0, sizeof partition);
    memset(&request, 0, sizeof request);
    partition.start = (long long)start;
    partition.length = (long long)length;
    partition.pno = number;
    request.op = operation;
    request.datalen = sizeof partition;
    request.data = &partition;
    return ioctl(fd, BLKPG, &request) < 0 ? -errno : 0;
}

int clinux_block_add_partition(int fd, int number, uint64_t start, uint64_t length)
{
    return partition_request(fd, BLKPG_ADD_PARTITION, number, start, length);
}

int clinux_block_remove_partition(int fd, int number)
{
    return partition_request(fd, BLKPG_DEL_PARTITION, number, 0, 0);
}

int clinux_block_resize_partition(int fd, int number, uint64_t start, uint64_t length)
{
    return partition_request(fd, BLKPG_RESIZE_PARTITION, number, start, length);
}

int clinux_ext4_resize(int fd, uint64_t blocks)
{
    return ioctl(fd, CLINUX_EXT4_IOC_RESIZE_FS, &blocks) < 0 ? -errno : 0;
}
