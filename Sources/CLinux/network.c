#define _GNU_SOURCE
#include "clinux.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_vlan.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <net/route.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

static int named(struct ifreq *request, const char *interface)
{
    memset(request, 0, sizeof *request);
    size_t length = strlen(interface);
    if (length == 0 || length >= IFNAMSIZ)
        return -EINVAL;
    memcpy(request->ifr_name, interface, length);
    return 0;
}

static struct sockaddr_in address_of(const uint8_t octets[4], uint16_t port)
{
    struct sockaddr_in address;
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    memcpy(&address.sin_addr, octets, 4);
    return address;
}

static int control(unsigned long operation, void *argument)
{
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -errno;
    int result = ioctl(fd, operation, argument) < 0 ? -errno : 0;
    close(fd);
    return result;
}

int clinux_link_up(const char *interface)
{
    struct ifreq request;
    int result = named(&request, interface);
    if (result < 0)
        return result;
    result = control(SIOCGIFFLAGS, &request);
    if (result < 0)
        return result;
    if (request.ifr_flags & IFF_UP)
        return 0;
    request.ifr_flags |= IFF_UP;
    return control(SIOCSIFFLAGS, &request);
}

int clinux_add_vlan(const char *interface, uint16_t number)
{
    struct vlan_ioctl_args request;
    memset(&request, 0, sizeof request);
    size_t length = strlen(interface);
    if (length == 0 || length >= IFNAMSIZ)
        return -EINVAL;
    memcpy(request.device1, interface, length);
    request.cmd = SET_VLAN_NAME_TYPE_CMD;
    request.u.name_type = VLAN_NAME_TYPE_RAW_PLUS_VID_NO_PAD;
    int result = control(SIOCSIFVLAN, &request);
    if (result < 0)
        return result;
    request.cmd = ADD_VLAN_CMD;
    request.u.VID = number;
    return control(SIOCSIFVLAN, &request);
}

int clinux_set_address(const char *interface, const uint8_t address[4], int prefix_length)
{
    struct ifreq request;
    int result = named(&request, interface);
    if (result < 0)
        return result;
    if (prefix_length < 0 || prefix_length > 32)
        return -EINVAL;
    struct sockaddr_in value = address_of(address, 0);
    memcpy(&request.ifr_addr, &value, sizeof value);
    result = control(SIOCSIFADDR, &request);
    if (result < 0)
        return result;

    uint32_t mask = prefix_length == 0 ? 0 : htonl(~UINT32_C(0) << (32 - prefix_length));
    value = address_of((const uint8_t *)&mask, 0);
    memcpy(&request.ifr_netmask, &value, sizeof value);
    return control(SIOCSIFNETMASK, &request);
}

int clinux_clear_address(const char *interface)
{
    struct ifreq request;
    int result = named(&request, interface);
    if (result < 0)
        return result;
    const uint8_t zero[4] = {0, 0, 0, 0};
    struct sockaddr_in value = address_of(zero, 0);
    memcpy(&request.ifr_addr, &value, sizeof value);
    return control(SIOCSIFADDR, &request);
}

int clinux_add_default_route(const char *interface, const uint8_t gateway[4])
{
    const uint8_t zero[4] = {0, 0, 0, 0};
    struct rtentry route;
    memset(&route, 0, sizeof route);
    struct sockaddr_in any = address_of(zero, 0);
    struct sockaddr_in via = address_of(gateway, 0);
    memcpy(&route.rt_dst, &any, sizeof any);
    memcpy(&route.rt_genmask, &any, sizeof any);
    memcpy(&route.rt_gateway, &via, sizeof via);
    route.rt_flags = RTF_UP | RTF_GATEWAY;
    route.rt_dev = (char *)interface;
    return control(SIOCADDRT, &route);
}

int clinux_dhcp_socket(const char *interface)
{
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -errno;
    int on = 1;
    const uint8_t any[4] = {0, 0, 0, 0};
    struct sockaddr_in own = address_of(any, 68);
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0
        || setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof on) < 0
        || setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, interface, (socklen_t)strlen(interface)) < 0
        || bind(fd, (struct sockaddr *)&own, sizeof own) < 0) {
        int code = errno;
        close(fd);
        return -code;
    }
    return fd;
}

int clinux_dhcp_send(int fd, const uint8_t *octets, size_t count)
{
    const uint8_t everyone[4] = {255, 255, 255, 255};
    struct sockaddr_in to = address_of(everyone, 67);
    ssize_t sent = sendto(fd, octets, count, 0, (struct sockaddr *)&to, sizeof to);
    return sent < 0 ? -errno : 0;
}

int clinux_dhcp_receive(int fd, uint8_t *octets, size_t capacity, int milliseconds)
{
    struct pollfd waiting = {.fd = fd, .events = POLLIN};
    int ready = poll(&waiting, 1, milliseconds);
    if (ready < 0)
        return errno == EINTR ? 0 : -errno;
    if (ready == 0)
        return 0;
    ssize_t count = recv(fd, octets, capacity, MSG_DONTWAIT);
    if (count < 0)
        return errno == EAGAIN || errno == EINTR ? 0 : -errno;
    return (int)count;
}

int clinux_enter_network(int fd)
{
    return setns(fd, CLONE_NEWNET) < 0 ? -errno : 0;
}
