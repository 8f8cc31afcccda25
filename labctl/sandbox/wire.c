/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The pair is made by one netlink message that names both networks; addresses,
 * routes and flags are older and simpler ioctls. All of it is done by children
 * that enter a network and share our memory and descriptors, so that no thread
 * of ours ever changes its own network. Guests have no capability in these
 * networks: what is set here stays.
 */
#include "sandbox/wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <net/route.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"

static const char MACHINE_END[] = "eth0";

void wire_address(unsigned number, char address[WIRE_ADDRESS_SIZE])
{
	snprintf(address, WIRE_ADDRESS_SIZE, "10.77.%u.2", number);
}

/* ---- in another network ---- */

struct errand {
	int netns_fd;
	int (*fn)(const struct errand *); /* 0 or an errno */
	int machine_fd;
	unsigned number;
	int error;
};

static int run_errand(void *arg)
{
	struct errand *errand = arg;

	errand->error = setns(errand->netns_fd, CLONE_NEWNET) ? errno : errand->fn(errand);
	return 0;
}

static int run_in(struct errand *errand)
{
	char stack[16384] __attribute__((aligned(16)));
	pid_t pid = clone(run_errand, stack + sizeof(stack),
			  CLONE_VM | CLONE_VFORK | CLONE_FILES | SIGCHLD, errand);

	return pid < 0 || waitpid(pid, NULL, 0) < 0 ? errno : errand->error;
}

/* ---- the pair ---- */

struct request {
	struct nlmsghdr head;
	struct ifinfomsg link;
	char attributes[256];
};

static void *end_of(struct request *r)
{
	return (char *)r + NLMSG_ALIGN(r->head.nlmsg_len);
}

static struct rtattr *add(struct request *r, unsigned short type, const void *data, size_t size)
{
	struct rtattr *a = end_of(r);

	a->rta_type = type;
	a->rta_len = (unsigned short)RTA_LENGTH(size);
	if (size > 0)
		memcpy(RTA_DATA(a), data, size);
	r->head.nlmsg_len = NLMSG_ALIGN(r->head.nlmsg_len) + (unsigned)RTA_SPACE(size);
	return a;
}

/* What was added since lies within it. */
static void close_nest(struct request *r, struct rtattr *nest)
{
	nest->rta_len = (unsigned short)((char *)end_of(r) - (char *)nest);
}

static void describe_pair(struct request *r, const char *name, int machine_fd)
{
	const struct ifinfomsg peer = {.ifi_family = AF_UNSPEC};

	*r = (struct request){
	    .head = {.nlmsg_len = NLMSG_LENGTH(sizeof(r->link)),
		     .nlmsg_type = RTM_NEWLINK,
		     .nlmsg_flags = NLM_F_REQUEST | NLM_F_CREATE | NLM_F_EXCL | NLM_F_ACK},
	    .link = {.ifi_family = AF_UNSPEC}};
	add(r, IFLA_IFNAME, name, strlen(name) + 1);
	struct rtattr *info = add(r, IFLA_LINKINFO, NULL, 0);

	add(r, IFLA_INFO_KIND, "veth", sizeof("veth"));
	struct rtattr *data = add(r, IFLA_INFO_DATA, NULL, 0);
	struct rtattr *other = add(r, VETH_INFO_PEER, &peer, sizeof(peer));

	add(r, IFLA_IFNAME, MACHINE_END, sizeof(MACHINE_END));
	add(r, IFLA_NET_NS_FD, &machine_fd, sizeof(machine_fd));
	close_nest(r, other);
	close_nest(r, data);
	close_nest(r, info);
}

/* The kernel answers every request with an error number; 0 is none. */
static int ask(const struct request *r)
{
	cleanup_fd int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	struct {
		struct nlmsghdr head;
		struct nlmsgerr error;
		char request[sizeof(struct request)];
	} answer;

	if (fd < 0 || send(fd, r, r->head.nlmsg_len, 0) < 0)
		return errno;
	ssize_t n = recv(fd, &answer, sizeof(answer), 0);

	if (n < 0)
		return errno;
	if ((size_t)n < NLMSG_LENGTH(sizeof(answer.error)) || answer.head.nlmsg_type != NLMSG_ERROR)
		return EPROTO;
	return -answer.error.error;
}

/* ---- its ends ---- */

static struct sockaddr address_of(unsigned number, unsigned host)
{
	struct sockaddr_in in = {.sin_family = AF_INET,
				 .sin_addr.s_addr =
				     htonl(10u << 24 | 77u << 16 | number << 8 | host)};
	struct sockaddr address;

	_Static_assert(sizeof(in) == sizeof(address), "an IPv4 address is the plainest there is");
	memcpy(&address, &in, sizeof(address));
	return address;
}

static struct sockaddr mask(unsigned bits)
{
	struct sockaddr_in in = {.sin_family = AF_INET,
				 .sin_addr.s_addr = htonl(bits ? ~0u << (32 - bits) : 0)};
	struct sockaddr address;

	memcpy(&address, &in, sizeof(address));
	return address;
}

static int set_address(int fd, const char *name, unsigned number, unsigned host)
{
	struct ifreq r = {0};

	snprintf(r.ifr_name, sizeof(r.ifr_name), "%s", name);
	r.ifr_addr = address_of(number, host);
	if (ioctl(fd, SIOCSIFADDR, &r))
		return errno;
	r.ifr_netmask = mask(30);
	if (ioctl(fd, SIOCSIFNETMASK, &r))
		return errno;
	r.ifr_flags = IFF_UP | IFF_RUNNING;
	return ioctl(fd, SIOCSIFFLAGS, &r) ? errno : 0;
}

static void name_hub_end(unsigned number, char name[IFNAMSIZ])
{
	snprintf(name, IFNAMSIZ, "wire%u", number);
}

static int make_hub_end(const struct errand *errand)
{
	cleanup_fd int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	char name[IFNAMSIZ];
	struct request request;

	if (fd < 0)
		return errno;
	name_hub_end(errand->number, name);
	describe_pair(&request, name, errand->machine_fd);
	int error = ask(&request);

	return error ? error : set_address(fd, name, errand->number, 1);
}

static int make_machine_end(const struct errand *errand)
{
	cleanup_fd int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int error = fd < 0 ? errno : set_address(fd, MACHINE_END, errand->number, 2);
	struct rtentry all = {.rt_flags = RTF_UP | RTF_GATEWAY,
			      .rt_dst = mask(0),
			      .rt_genmask = mask(0),
			      .rt_gateway = address_of(errand->number, 1)};

	if (error)
		return error;
	return ioctl(fd, SIOCADDRT, &all) ? errno : 0;
}

int wire_connect(int hub_netns_fd, int machine_netns_fd, unsigned number, struct err *e)
{
	struct errand hub = {hub_netns_fd, make_hub_end, machine_netns_fd, number, 0};
	struct errand machine = {machine_netns_fd, make_machine_end, -1, number, 0};
	int error = run_in(&hub);

	if (!error)
		error = run_in(&machine);
	if (!error)
		return 0;
	fail(e, ERR_HOST, error, "lay wire %u between two networks", number);
	return error == EOPNOTSUPP ? hint(e, "this kernel has no veth: load the module 'veth'")
				   : -1;
}

static int remove_hub_end(const struct errand *errand)
{
	char name[IFNAMSIZ];
	struct request r = {.head = {.nlmsg_len = NLMSG_LENGTH(sizeof(r.link)),
				     .nlmsg_type = RTM_DELLINK,
				     .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK},
			    .link = {.ifi_family = AF_UNSPEC}};

	name_hub_end(errand->number, name);
	add(&r, IFLA_IFNAME, name, strlen(name) + 1);
	return ask(&r);
}

void wire_remove(int hub_netns_fd, unsigned number)
{
	struct errand hub = {hub_netns_fd, remove_hub_end, -1, number, 0};

	(void)run_in(&hub);
}

/* The file shows the network of who opens it. */
static int forward(const struct errand *errand)
{
	(void)errand;
	cleanup_fd int fd = open("/proc/sys/net/ipv4/ip_forward", O_WRONLY | O_CLOEXEC);

	return fd < 0 || write(fd, "1", 1) != 1 ? errno : 0;
}

int wire_forward(int hub_netns_fd, struct err *e)
{
	struct errand hub = {hub_netns_fd, forward, -1, 0, 0};
	int error = run_in(&hub);

	return error ? fail(e, ERR_HOST, error, "let a network pass packets on") : 0;
}
