#define _GNU_SOURCE
#include "clinux.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/ethtool.h>
#include <linux/if_packet.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

int clinux_frame_socket(uint16_t ethertype)
{
    int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, htons(ethertype));
    return fd < 0 ? -errno : fd;
}

int clinux_frame_join(int fd, unsigned int interface, const uint8_t group[6])
{
    struct packet_mreq request;
    memset(&request, 0, sizeof request);
    request.mr_ifindex = (int)interface;
    request.mr_type = PACKET_MR_MULTICAST;
    request.mr_alen = 6;
    memcpy(request.mr_address, group, 6);
    return setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &request, sizeof request) < 0 ? -errno : 0;
}

int clinux_frame_receive(int fd, uint8_t *octets, size_t capacity, int milliseconds, unsigned int *interface)
{
    struct pollfd waiting = {.fd = fd, .events = POLLIN};
    int ready = poll(&waiting, 1, milliseconds);
    if (ready < 0)
        return errno == EINTR ? 0 : -errno;
    if (ready == 0)
        return 0;
    struct sockaddr_ll from;
    socklen_t length = sizeof from;
    ssize_t count = recvfrom(fd, octets, capacity, 0, (struct sockaddr *)&from, &length);
    if (count < 0)
        return errno == EAGAIN || errno == EINTR || errno == ENETDOWN ? 0 : -errno;
    // What this machine sends is seen here as well.
    if (from.sll_pkttype == PACKET_OUTGOING)
        return 0;
    *interface = (unsigned int)from.sll_ifindex;
    return (int)count;
}

static int ethtool(const char *interface, void *command)
{
    struct ifreq request;
    memset(&request, 0, sizeof request);
    size_t length = strlen(interface);
    if (length == 0 || length >= IFNAMSIZ)
        return -EINVAL;
    memcpy(request.ifr_name, interface, length);
    request.ifr_data = command;
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -errno;
    int result = ioctl(fd, SIOCETHTOOL, &request) < 0 ? -errno : 0;
    close(fd);
    return result;
}

int clinux_link_firmware(const char *interface, char version[33])
{
    struct ethtool_drvinfo info = {.cmd = ETHTOOL_GDRVINFO};
    int result = ethtool(interface, &info);
    memcpy(version, info.fw_version, 32);
    version[32] = 0;
    return result;
}

int clinux_link_permanent_address(const char *interface, uint8_t address[6])
{
    // The address stands behind the head; the longest, InfiniBand's, has 20 octets.
    uint32_t answer[(sizeof(struct ethtool_perm_addr) + 32) / sizeof(uint32_t)] = {0};
    struct ethtool_perm_addr *head = (struct ethtool_perm_addr *)answer;
    head->cmd = ETHTOOL_GPERMADDR;
    head->size = 32;
    int result = ethtool(interface, answer);
    if (result < 0)
        return result;
    if (head->size != 6)
        return -ENODATA;
    memcpy(address, head->data, 6);
    return 0;
}

int clinux_link_modes(const char *interface, uint32_t *words, int capacity)
{
    // Supported, advertised and the partner's modes stand behind the head; 127 words are the most that it can say.
    uint32_t answer[(sizeof(struct ethtool_link_settings) / sizeof(uint32_t)) + 3 * 127] = {0};
    struct ethtool_link_settings *head = (struct ethtool_link_settings *)answer;
    head->cmd = ETHTOOL_GLINKSETTINGS;
    int result = ethtool(interface, answer);
    if (result < 0)
        return result;
    // The first answer says how many words there are, as a negative number.
    if (head->link_mode_masks_nwords >= 0)
        return -EPROTO;
    int8_t count = (int8_t)-head->link_mode_masks_nwords;
    memset(answer, 0, sizeof answer);
    head->cmd = ETHTOOL_GLINKSETTINGS;
    head->link_mode_masks_nwords = count;
    result = ethtool(interface, answer);
    if (result < 0)
        return result;
    if (head->link_mode_masks_nwords != count || count < 1)
        return -EPROTO;
    int kept = count < capacity ? count : capacity;
    memcpy(words, head->link_mode_masks, (size_t)kept * sizeof(uint32_t));
    return kept;
}
