#ifndef CLINUX_H
#define CLINUX_H

// What the agent asks of Linux that Swift's Glibc module does not show. No state, no callbacks.
// Unless it says otherwise a function returns 0 or more, or -errno.

#include <stddef.h>
#include <stdint.h>

#include "clinux_block.h"
#include "clinux_health.h"
#include "clinux_storage.h"

// MARK: file systems

/// mount(2), with the file system's own options; `options` may be NULL.
int clinux_mount(const char *source, const char *target, const char *type, unsigned long flags, const char *options);

/// umount2(2).
int clinux_unmount(const char *target, int flags);

/// Takes the immutable attribute from a file, as the kernel puts it on EFI variables (FS_IOC_SETFLAGS).
int clinux_make_mutable(int fd);

// MARK: the machine

/// Stops at once and starts again through the firmware (reboot(2)). Does not sync.
int clinux_restart(void);

/// Switches the machine off. Does not sync.
int clinux_power_off(void);

/// Starts the kernel that clinux_kexec_load loaded. Does not sync.
int clinux_kexec_start(void);

/// kexec_file_load(2). The initial RAM disk may be -1. `command_line` is cut at its first NUL.
int clinux_kexec_load(int kernel_fd, int initrd_fd, const char *command_line);

/// finit_module(2). `compressed` when the file is a compressed module that the kernel has to unpack.
int clinux_load_module(int fd, const char *parameters, int compressed);

/// Sets the wall clock to whole seconds since 1970.
int clinux_set_clock(int64_t seconds);

// MARK: processes

/// Starts a program with the caller's descriptors 0, 1 and 2 and no other. `arguments` ends with NULL.
/// Returns the process id.
int clinux_start(const char *path, const char *const *arguments);

/// Waits for any child. Returns its process id; `*status` gets its exit status, or 128 and the signal's number.
int clinux_wait_any(int *status);

/// Opens /dev/console for those of descriptors 0, 1 and 2 that are not open.
int clinux_open_console(void);

// MARK: network

/// Sets an interface up (IFF_UP). Harmless when it is already.
int clinux_link_up(const char *interface);

/// Sets an interface's IPv4 address and prefix length; `address` in network byte order as four octets.
int clinux_set_address(const char *interface, const uint8_t address[4], int prefix_length);

/// Makes the interface INTERFACE.NUMBER for a VLAN (SIOCSIFVLAN); -EEXIST when there is one, -ENOPKG without 8021q.
int clinux_add_vlan(const char *interface, uint16_t number);

/// Sets the default route; replaces none: -EEXIST when there is one.
int clinux_add_default_route(const char *interface, const uint8_t gateway[4]);

/// Removes the interface's IPv4 address.
int clinux_clear_address(const char *interface);

/// A UDP socket for a DHCP client: port 68, bound to the interface, allowed to broadcast. Returns the descriptor.
int clinux_dhcp_socket(const char *interface);

/// Sends one datagram to 255.255.255.255, port 67.
int clinux_dhcp_send(int fd, const uint8_t *octets, size_t count);

/// Waits up to `milliseconds` for one datagram. Returns its length, 0 when none came.
int clinux_dhcp_receive(int fd, uint8_t *octets, size_t capacity, int milliseconds);

/// Moves the calling thread to the network namespace of an open file under /run/netns or /proc/ID/ns (setns(2)).
int clinux_enter_network(int fd);

// MARK: Ethernet

/// A socket that gets the frames of one ethertype from all interfaces. Returns the descriptor.
int clinux_frame_socket(uint16_t ethertype);

/// Has an interface, by its index, take frames to a group while the socket is open.
int clinux_frame_join(int fd, unsigned int interface, const uint8_t group[6]);

/// Waits up to `milliseconds` for one frame. Returns its length, 0 when none came; `*interface` gets the index of where.
int clinux_frame_receive(int fd, uint8_t *octets, size_t capacity, int milliseconds, unsigned int *interface);

/// What firmware the interface's driver says its device has (ETHTOOL_GDRVINFO); ends with NUL, may be empty.
int clinux_link_firmware(const char *interface, char version[33]);

/// The Ethernet address that the device was made with (ETHTOOL_GPERMADDR). -ENODATA where it is not of six octets.
int clinux_link_permanent_address(const char *interface, uint8_t address[6]);

// MARK: IPMI

/// Asks the management controller through an open /dev/ipmiN. Returns the length of the answer, whose first octet is
/// the completion code; -ETIMEDOUT when none came within `milliseconds`.
int clinux_ipmi_request(int fd, uint8_t function, uint8_t command, const uint8_t *data, size_t count, uint8_t *answer,
                        size_t capacity, int milliseconds);

#endif
