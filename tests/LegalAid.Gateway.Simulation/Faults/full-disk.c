/*
 * A disk without space, for a process and every process it starts: preloaded (LD_PRELOAD) into it. LEGALAID_FULL_ROOT names the directory that
 * lies on that disk, LEGALAID_FULL_SWITCH a file outside of it: while that exists, nothing under the directory gets a block that it does not have.
 * A write into blocks that are there goes on, one that begins in them is short, and one beyond them fails with ENOSPC, as on ext4.
 *
 * Not modelled: names (a new file is made, and stays empty), a shortened file that keeps its place, space that others free.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { BLOCK_BYTES = 4096 };

static char root[PATH_MAX];
static size_t root_bytes;
static const char *full;

#define REAL(result, name, ...) \
    static result (*real)(__VA_ARGS__); \
    if (real == NULL) real = (result (*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

__attribute__((constructor)) static void begin(void)
{
    const char *directory = getenv("LEGALAID_FULL_ROOT");
    if (directory == NULL || realpath(directory, root) == NULL) return;
    root_bytes = strlen(root);
    const char *path = getenv("LEGALAID_FULL_SWITCH");
    full = path != NULL ? strdup(path) : NULL; /* PostgreSQL writes its titles over the environment */
}

/* Where the blocks of the file end, or -1 where it may have more: it lies elsewhere, or there is space. */
static off64_t end_of(int file)
{
    if (full == NULL || syscall(SYS_faccessat, AT_FDCWD, full, F_OK) != 0) return -1;
    char link[64], path[PATH_MAX];
    struct stat64 status;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t bytes = readlink(link, path, sizeof path - 1);
    if (bytes <= (ssize_t)root_bytes || strncmp(path, root, root_bytes) != 0 || path[root_bytes] != '/') return -1;
    if (fstat64(file, &status) != 0 || !S_ISREG(status.st_mode)) return -1;
    return (status.st_size + BLOCK_BYTES - 1) / BLOCK_BYTES * BLOCK_BYTES;
}

/* How many of so many bytes find place; -1 with ENOSPC where none does. */
static ssize_t place(int file, off64_t offset, size_t bytes)
{
    int saved = errno;
    off64_t end = end_of(file);
    if (end >= 0 && offset < 0) offset = fcntl(file, F_GETFL) & O_APPEND ? lseek64(file, 0, SEEK_END) : lseek64(file, 0, SEEK_CUR);
    errno = saved;
    if (end < 0 || bytes == 0 || offset + (off64_t)bytes <= end) return (ssize_t)bytes;
    if (offset < end) return end - offset;
    errno = ENOSPC;
    return -1;
}

ssize_t write(int file, const void *data, size_t bytes)
{
    REAL(ssize_t, "write", int, const void *, size_t);
    ssize_t placed = place(file, -1, bytes);
    return placed < 0 ? -1 : real(file, data, (size_t)placed);
}

ssize_t pwrite64(int file, const void *data, size_t bytes, off64_t offset)
{
    REAL(ssize_t, "pwrite64", int, const void *, size_t, off64_t);
    ssize_t placed = place(file, offset, bytes);
    return placed < 0 ? -1 : real(file, data, (size_t)placed, offset);
}

ssize_t pwrite(int file, const void *data, size_t bytes, off_t offset) { return pwrite64(file, data, bytes, offset); }

/* Vectors are not cut: what does not fit whole is written up to the last part that does. */
static int fitting(int file, const struct iovec *data, int count, off64_t offset)
{
    size_t bytes = 0;
    for (int i = 0; i < count; i++) bytes += data[i].iov_len;
    ssize_t placed = place(file, offset, bytes);
    if (placed < 0) return -1;
    int fit = 0;
    for (size_t left = (size_t)placed; fit < count && data[fit].iov_len <= left; fit++) left -= data[fit].iov_len;
    if (fit > 0 || count == 0) return fit;
    errno = ENOSPC;
    return -1;
}

ssize_t writev(int file, const struct iovec *data, int count)
{
    REAL(ssize_t, "writev", int, const struct iovec *, int);
    int fit = fitting(file, data, count, -1);
    return fit < 0 ? -1 : real(file, data, fit);
}

ssize_t pwritev64(int file, const struct iovec *data, int count, off64_t offset)
{
    REAL(ssize_t, "pwritev64", int, const struct iovec *, int, off64_t);
    int fit = fitting(file, data, count, offset);
    return fit < 0 ? -1 : real(file, data, fit, offset);
}

ssize_t pwritev(int file, const struct iovec *data, int count, off_t offset) { return pwritev64(file, data, count, offset); }

int fallocate64(int file, int mode, off64_t offset, off64_t length)
{
    REAL(int, "fallocate64", int, int, off64_t, off64_t);
    off64_t end = end_of(file);
    if (end < 0 || offset + length <= end) return real(file, mode, offset, length);
    errno = ENOSPC;
    return -1;
}

int fallocate(int file, int mode, off_t offset, off_t length) { return fallocate64(file, mode, offset, length); }

int posix_fallocate64(int file, off64_t offset, off64_t length)
{
    REAL(int, "posix_fallocate64", int, off64_t, off64_t);
    off64_t end = end_of(file);
    return end >= 0 && offset + length > end ? ENOSPC : real(file, offset, length); /* says it by its result, not by errno */
}

int posix_fallocate(int file, off_t offset, off_t length) { return posix_fallocate64(file, offset, length); }
