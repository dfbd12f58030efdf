#define _GNU_SOURCE
#include "clinux.h"

#include <errno.h>
#include <linux/ipmi.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>

static long elapsed(const struct timespec *since)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (now.tv_sec - since->tv_sec) * 1000 + (now.tv_nsec - since->tv_nsec) / 1000000;
}

int clinux_ipmi_request(int fd, uint8_t function, uint8_t command, const uint8_t *data, size_t count, uint8_t *answer,
                        size_t capacity, int milliseconds)
{
    static const long identifier = 0x7277;
    struct ipmi_system_interface_addr to = {
        .addr_type = IPMI_SYSTEM_INTERFACE_ADDR_TYPE, .channel = IPMI_BMC_CHANNEL, .lun = 0};
    struct ipmi_req request = {
        .addr = (unsigned char *)&to,
        .addr_len = sizeof to,
        .msgid = identifier,
        .msg = {.netfn = function, .cmd = command, .data_len = (unsigned short)count, .data = (unsigned char *)data},
    };
    struct timespec begun;
    clock_gettime(CLOCK_MONOTONIC, &begun);
    if (ioctl(fd, IPMICTL_SEND_COMMAND, &request) < 0)
        return -errno;
    for (;;) {
        long left = milliseconds - elapsed(&begun);
        struct pollfd waiting = {.fd = fd, .events = POLLIN};
        int ready = poll(&waiting, 1, left < 0 ? 0 : (int)left);
        if (ready < 0 && errno != EINTR)
            return -errno;
        if (ready <= 0) {
            if (left > 0)
                continue;
            return -ETIMEDOUT;
        }
        struct ipmi_addr from;
        struct ipmi_recv received = {
            .addr = (unsigned char *)&from,
            .addr_len = sizeof from,
            .msg = {.data = answer, .data_len = (unsigned short)capacity},
        };
        if (ioctl(fd, IPMICTL_RECEIVE_MSG_TRUNC, &received) < 0 && errno != EMSGSIZE) {
            if (errno == EINTR || errno == EAGAIN)
                continue;
            return -errno;
        }
        // Events, and answers to what was asked before and came too late, are passed over.
        if (received.recv_type != IPMI_RESPONSE_RECV_TYPE || received.msgid != identifier
            || received.msg.cmd != command)
            continue;
        return received.msg.data_len;
    }
}
