#ifndef CLINUX_STORAGE_H
#define CLINUX_STORAGE_H

// Questions to disks that no file of the kernel answers. Every function returns 0 or more, or -errno.

#include <stddef.h>
#include <stdint.h>

/// Sends one NVMe admin command that reads (NVME_IOCTL_ADMIN_CMD) and fills `data`. -EIO where the device refuses it.
int clinux_nvme_admin_read(int fd, uint8_t opcode, uint32_t nsid, uint32_t cdw10, uint32_t cdw11, uint8_t *data,
                           uint32_t count, uint32_t milliseconds);

/// Sends one SCSI command that reads, or with `count` 0 moves nothing (SG_IO). Returns the octets that came; `*status`
/// gets the SCSI status and `sense` what the device said about it.
int clinux_scsi_read(int fd, const uint8_t *command, uint8_t length, uint8_t *data, uint32_t count, uint8_t *status,
                     uint8_t sense[64], uint32_t milliseconds);

/// Sends one command to a TPM (an open /dev/tpmrmN, with O_NONBLOCK) and waits for its answer. Returns its length;
/// -ETIMEDOUT when none came within `milliseconds`.
int clinux_tpm_exchange(int fd, const uint8_t *command, size_t count, uint8_t *answer, size_t capacity,
                        int milliseconds);

#endif
