/* Open-loop HTTP load: request i is due at start + i / rate, whether or not earlier ones were answered, and its
 * latency counts from that instant. A closed loop (a connection sends when it was answered) hides every stall.
 *
 *   cc -O2 -o openloop openloop.c
 *   ./openloop HOST PORT PATH RATE SECONDS CONNECTIONS BODIES
 *
 * BODIES: a file with one JSON body per line, used in turn. Prints one JSON object; exit code 1 when nothing was
 * answered. A run whose generator fell behind by itself (late_by_generator) is void.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

enum { READ_BYTES = 1 << 18, DRAIN_NS = 2000000000 };

struct connection {
    int fd, busy;
    int64_t due_ns;    /* when its request should have been sent */
    const char *out;   /* rest of the request that the socket would not take yet */
    size_t out_len;
    char *in;          /* answer so far */
    size_t in_len;
};

struct request { char *bytes; size_t len; };

static struct sockaddr_in address;
static struct request *requests;
static size_t n_requests;
static float *latency_ms;
static int64_t answered, errors, sent, late_by_generator;
static int poll_fd;

static int64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void die(const char *what) { perror(what); exit(2); }

static void open_connection(struct connection *c) {
    int one = 1;
    c->fd = socket(AF_INET, SOCK_STREAM, 0);
    if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&address, sizeof address)) die("connect");
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    fcntl(c->fd, F_SETFL, O_NONBLOCK);
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = c};
    if (epoll_ctl(poll_fd, EPOLL_CTL_ADD, c->fd, &event)) die("epoll_ctl");
    c->busy = 0;
    c->in_len = 0;
    c->out_len = 0;
}

static void reopen(struct connection *c) {
    close(c->fd);
    if (c->busy) errors++;
    open_connection(c);
}

static void flush_out(struct connection *c) {
    while (c->out_len) {
        ssize_t n = write(c->fd, c->out, c->out_len);
        if (n < 0) {
            if (errno != EAGAIN) reopen(c);
            return;
        }
        c->out += n;
        c->out_len -= (size_t)n;
    }
}

static void send_request(struct connection *c, int64_t due_ns) {
    struct request *r = &requests[(size_t)sent++ % n_requests];
    c->busy = 1;
    c->due_ns = due_ns;
    c->in_len = 0;
    c->out = r->bytes;
    c->out_len = r->len;
    flush_out(c);
}

/* 1 when the whole answer has arrived. */
static int complete(struct connection *c) {
    c->in[c->in_len] = 0;
    char *end = strstr(c->in, "\r\n\r\n");
    if (!end) return 0;
    char *field = strcasestr(c->in, "\r\ncontent-length:");
    size_t body = field && field < end ? (size_t)atol(field + 17) : 0;
    return c->in_len >= (size_t)(end + 4 - c->in) + body;
}

static void take_in(struct connection *c, int64_t start_ns) {
    (void)start_ns;
    for (;;) {
        ssize_t n = read(c->fd, c->in + c->in_len, READ_BYTES - 1 - c->in_len);
        if (n == 0 || (n < 0 && errno != EAGAIN)) { reopen(c); return; }
        if (n < 0) return;
        c->in_len += (size_t)n;
        if (c->busy && complete(c)) {
            c->busy = 0;
            if (c->in_len > 12 && memcmp(c->in + 9, "200", 3) == 0)
                latency_ms[answered++] = (float)((double)(now_ns() - c->due_ns) / 1e6);
            else
                errors++;
            return;
        }
    }
}

static void read_bodies(const char *file, const char *host, const char *path) {
    FILE *f = fopen(file, "r");
    if (!f) die(file);
    char *line = NULL;
    size_t room = 0, have = 0;
    ssize_t n;
    while ((n = getline(&line, &room, f)) > 0) {
        if (line[n - 1] == '\n') n--;
        if (n == 0) continue;
        if (n_requests == have) requests = realloc(requests, (have = have ? 2 * have : 1024) * sizeof *requests);
        char *head;
        int len = asprintf(&head, "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %zd\r\n\r\n%.*s",
                           path, host, n, (int)n, line);
        requests[n_requests++] = (struct request){head, (size_t)len};
    }
    fclose(f);
    free(line);
    if (!n_requests) { fprintf(stderr, "%s: no bodies\n", file); exit(2); }
}

static int by_value(const void *a, const void *b) {
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

static float quantile(double q) { return answered ? latency_ms[(size_t)((double)(answered - 1) * q)] : 0; }

int main(int argc, char **argv) {
    if (argc != 8) { fprintf(stderr, "usage: openloop HOST PORT PATH RATE SECONDS CONNECTIONS BODIES\n"); return 2; }
    double rate = atof(argv[4]), seconds = atof(argv[5]);
    int n = atoi(argv[6]);
    int64_t total = (int64_t)(rate * seconds);
    address.sin_family = AF_INET;
    address.sin_port = htons((uint16_t)atoi(argv[2]));
    if (inet_pton(AF_INET, argv[1], &address.sin_addr) != 1 || total < 1 || n < 1) { fprintf(stderr, "bad arguments\n"); return 2; }
    read_bodies(argv[7], argv[1], argv[3]);
    latency_ms = malloc(sizeof *latency_ms * (size_t)total);
    struct connection *connections = calloc((size_t)n, sizeof *connections);
    poll_fd = epoll_create1(0);
    for (int i = 0; i < n; i++) { connections[i].in = malloc(READ_BYTES); open_connection(&connections[i]); }
    struct epoll_event events[256];
    int64_t start = now_ns(), deadline = start + (int64_t)(seconds * 1e9) + DRAIN_NS, step = (int64_t)(1e9 / rate), last = start;
    int next = 0;
    while (answered + errors < total && now_ns() < deadline) {
        int64_t now = now_ns();
        /* Of what is due, whatever a free connection can take; the rest waits, and its latency runs. */
        for (int tried = 0; sent < total && start + sent * step <= now && tried < n;) {
            struct connection *c = &connections[next];
            next = (next + 1) % n;
            if (c->busy) { tried++; continue; }
            if (now - last > 2000000 && now - (start + sent * step) > 2000000) late_by_generator++;
            send_request(c, start + sent * step);
            tried = 0;
        }
        last = now_ns();
        int64_t wait_ns = sent < total ? start + sent * step - now_ns() : 1000000;
        struct timespec wait = {0, wait_ns < 0 ? 0 : wait_ns > 1000000 ? 1000000 : wait_ns};
        int free_now = 0;
        for (int i = 0; i < n && !free_now; i++) free_now = !connections[i].busy;
        if (!free_now) wait.tv_nsec = 1000000;
        int got = epoll_pwait2(poll_fd, events, 256, &wait, NULL);
        for (int i = 0; i < got; i++) {
            struct connection *c = events[i].data.ptr;
            if (events[i].events & EPOLLOUT) flush_out(c);
            if (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) take_in(c, start);
        }
    }
    double wall_s = (double)(now_ns() - start) / 1e9;
    errors += sent - answered - errors;
    qsort(latency_ms, (size_t)answered, sizeof *latency_ms, by_value);
    printf("{\"offered_rps\":%.0f,\"achieved_rps\":%.1f,\"sent\":%ld,\"answered\":%ld,\"errors\":%ld,\"p50_ms\":%.3f,\"p99_ms\":%.3f,"
           "\"p999_ms\":%.3f,\"max_ms\":%.3f,\"late_by_generator\":%ld,\"wall_s\":%.3f}\n",
           rate, (double)answered / (wall_s < seconds ? seconds : wall_s), (long)sent, (long)answered, (long)errors, quantile(0.5), quantile(0.99),
           quantile(0.999), quantile(1.0), (long)late_by_generator, wall_s);
    return answered ? 0 : 1;
}
