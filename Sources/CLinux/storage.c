#define _GNU_SOURCE
#include "clinux.h"

#include <errno.h>
#include <linux/nvme_ioctl.h>
#include <poll.h>
#include <scsi/sg.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

int clinux_nvme_admin_read(int fd, uint8_t opcode, uint32_t nsid, uint32_t cdw10, uint32_t cdw11, uint8_t *data,
                           uint32_t count, uint32_t milliseconds)
{
    struct nvme_admin_cmd command;
    memset(&command, 0, sizeof command);
    command.opcode = opcode;
    command.nsid = nsid;
    command.addr = (uint64_t)(uintptr_t)data;
    command.data_len = count;
    command.cdw10 = cdw10;
    command.cdw11 = cdw11;
    command.timeout_ms = milliseconds;
    int result = ioctl(fd, NVME_IOCTL_ADMIN_CMD, &command);
    if (result < 0)
        return -errno;
    return result == 0 ? 0 : -EIO;
}

int clinux_scsi_read(int fd, const uint8_t *command, uint8_t length, uint8_t *data, uint32_t count, uint8_t *status,
                     uint8_t sense[64], uint32_t milliseconds)
{
    struct sg_io_hdr request;
    memset(&request, 0, sizeof request);
    memset(sense, 0, 64);
    request.interface_id = 'S';
    request.dxfer_direction = count == 0 ? SG_DXFER_NONE : SG_DXFER_FROM_DEV;
    request.cmd_len = length;
    request.cmdp = (unsigned char *)command;
    request.dxferp = data;
    request.dxfer_len = count;
    request.sbp = sense;
    request.mx_sb_len = 64;
    request.timeout = milliseconds;
    if (ioctl(fd, SG_IO, &request) < 0)
        return -errno;
    // The adapter, not the disk, failed: there is no answer.
    if (request.host_status != 0)
        return -EIO;
    *status = request.status;
    if (request.resid < 0 || (uint32_t)request.resid > count)
        return 0;
    return (int)(count - (uint32_t)request.resid);
}

int clinux_tpm_exchange(int fd, const uint8_t *command, size_t count, uint8_t *answer, size_t capacity,
                        int milliseconds)
{
    ssize_t sent = write(fd, command, count);
    if (sent < 0)
        return -errno;
    if ((size_t)sent != count)
        return -EIO;
    struct timespec begun, now;
    clock_gettime(CLOCK_MONOTONIC, &begun);
    for (;;) {
        clock_gettime(CLOCK_MONOTONIC, &now);
        long left = milliseconds - ((now.tv_sec - begun.tv_sec) * 1000 + (now.tv_nsec - begun.tv_nsec) / 1000000);
        struct pollfd waiting = {.fd = fd, .events = POLLIN};
        int ready = poll(&waiting, 1, left < 0 ? 0 : (int)left);
        if (ready < 0 && errno != EINTR)
            return -errno;
        if (ready > 0) {
            ssize_t got = read(fd, answer, capacity);
            if (got >= 0)
                return (int)got;
            if (errno != EAGAIN && errno != EINTR)
                return -errno;
        }
        if (left <= 0)
            return -ETIMEDOUT;
    }
}
