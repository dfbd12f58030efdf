#ifndef CLINUX_BLOCK_H
#define CLINUX_BLOCK_H

// Block devices and file systems: requests that Swift's Glibc module does not show.
// Every function returns 0 or more, or -errno.

#include <stdint.h>

/// open(2) with O_DIRECT and O_CLOEXEC besides `flags`. Returns the descriptor.
int clinux_block_open_direct(const char *path, int flags);

/// The device's size in octets (BLKGETSIZE64).
int clinux_block_device_size(int fd, uint64_t *size);

/// The device's logical sector size in octets (BLKSSZGET).
int clinux_block_sector_size(int fd, uint32_t *size);

/// Makes `length` octets read as zeroes: releases them where file system or device can, keeps a file's size.
int clinux_block_punch(int fd, uint64_t offset, uint64_t length);

/// Makes `length` octets of a device read as zeroes, by writing them if there is no better way (BLKZEROOUT).
int clinux_block_zero(int fd, uint64_t offset, uint64_t length);

/// Tells the device that `length` octets are no longer needed (BLKDISCARD). What they read as afterwards is not defined.
int clinux_block_discard(int fd, uint64_t offset, uint64_t length);

/// Drops what the kernel has cached of the device (BLKFLSBUF).
int clinux_block_flush_cache(int fd);

/// Has the kernel read the partition table again (BLKRRPART). -EBUSY while a partition is in use.
int clinux_block_reread_partitions(int fd);

/// Tells the kernel of one partition; `start` and `length` in octets (BLKPG_ADD_PARTITION).
int clinux_block_add_partition(int fd, int number, uint64_t start, uint64_t length);

/// Has the kernel forget one partition (BLKPG_DEL_PARTITION). -ENXIO where it knows of none.
int clinux_block_remove_partition(int fd, int number);

/// Changes the length, in octets, of a partition that may be in use (BLKPG_RESIZE_PARTITION).
int clinux_block_resize_partition(int fd, int number, uint64_t start, uint64_t length);

/// Grows a mounted ext4 file system, given by any descriptor inside it, to `blocks` of its blocks.
int clinux_ext4_resize(int fd, uint64_t blocks);

#endif
