/*
 * Records what a process, and every process it starts, asks of the file system under one directory, with the data, in one order.
 *
 * Preloaded (LD_PRELOAD) into the process; LEGALAID_RECORD_ROOT names the directory, LEGALAID_RECORD_JOURNAL the file that the record goes
 * to, which must lie outside of it. One appending write for each record: the kernel gives them one order over all processes and threads.
 *
 * What changes a file or a name is recorded after it has happened, so that whoever knows of it (its call has returned) stands later in the
 * order. A sync has two records: it makes durable what stood before its beginning, and promises so from its end on.
 *
 * Not seen: writes through stdio and through mappings. No ledger is written so; PostgreSQL writes statistics and caches so, which a power
 * cut may take.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum kind {
    OPENED = 1, WRITTEN, TRUNCATED, ALLOCATED, RENAMED, LINKED, UNLINKED, DIRECTORY_MADE, DIRECTORY_REMOVED, SYNC_BEGUN, SYNC_ENDED
};

/* The journal's reader is Journal.cs. All numbers in the machine's order; then the path, the second path, the data. */
struct record {
    uint32_t kind, thread;
    uint64_t inode, offset, length; /* OPENED: offset 1 where the file was made by this call; inode 0 in a sync: all files */
    uint32_t path_bytes, other_bytes;
    uint64_t data_bytes;
};

enum { FILES_MAX = 65536, JOURNAL_AT = 800, PATH_BYTES = PATH_MAX };

static char root[PATH_BYTES];
static size_t root_bytes;
static int journal = -1;
static ino_t watched[FILES_MAX]; /* the inode behind each descriptor under the root; 0: none of ours */

#define REAL(result, name, ...) \
    static result (*real)(__VA_ARGS__); \
    if (real == NULL) real = (result (*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

static void append(struct record record, const char *path, const char *other, const struct iovec *data, int count)
{
    int saved = errno;
    record.thread = (uint32_t)syscall(SYS_gettid);
    record.path_bytes = path ? (uint32_t)strlen(path) : 0;
    record.other_bytes = other ? (uint32_t)strlen(other) : 0;
    struct iovec parts[3 + IOV_MAX] = {
        { &record, sizeof record }, { (void *)path, record.path_bytes }, { (void *)other, record.other_bytes },
    };
    if (count > IOV_MAX - 3) abort();
    uint64_t left = record.data_bytes;
    int last = 3;
    for (int i = 0; i < count && left > 0; i++, last++) {
        parts[last] = data[i];
        if (parts[last].iov_len > left) parts[last].iov_len = left;
        left -= parts[last].iov_len;
    }
    size_t total = sizeof record + record.path_bytes + record.other_bytes + record.data_bytes;
    if (syscall(SYS_writev, journal, parts, last) != (long)total) {
        static const char word[] = "recorder: the journal takes no more\n";
        syscall(SYS_write, 2, word, sizeof word - 1);
        abort(); /* a gap in the order would make every later judgement wrong */
    }
    errno = saved;
}

/* The absolute path, without links resolved but for the working directory's. False where it does not lie under the root. */
static int locate(int directory, const char *path, char *full)
{
    int saved = errno;
    char joined[2 * PATH_BYTES];
    size_t used = 0;
    if (path[0] != '/') {
        char link[64];
        if (directory == AT_FDCWD) strcpy(link, "/proc/self/cwd");
        else snprintf(link, sizeof link, "/proc/self/fd/%d", directory);
        ssize_t bytes = readlink(link, joined, PATH_BYTES - 1);
        errno = saved;
        if (bytes < 0) return 0;
        used = (size_t)bytes;
        joined[used++] = '/';
    }
    if (strlen(path) >= PATH_BYTES) return 0;
    strcpy(joined + used, path);

    size_t length = 0;
    char *rest = NULL;
    for (char *part = strtok_r(joined, "/", &rest); part != NULL; part = strtok_r(NULL, "/", &rest)) {
        if (strcmp(part, ".") == 0) continue;
        if (strcmp(part, "..") == 0) {
            while (length > 0 && full[--length] != '/') { }
            continue;
        }
        if (length + strlen(part) + 2 > PATH_BYTES) return 0;
        full[length++] = '/';
        strcpy(full + length, part);
        length += strlen(part);
    }
    full[length] = 0;
    return strncmp(full, root, root_bytes) == 0 && (full[root_bytes] == '/' || full[root_bytes] == 0);
}

/* Watches a descriptor that has just come up. */
static void watch(int file, int made)
{
    int saved = errno;
    char link[64], path[PATH_BYTES];
    struct stat status;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t bytes = file < FILES_MAX ? readlink(link, path, sizeof path - 1) : -1;
    if (bytes > 0) {
        path[bytes] = 0;
        if (strncmp(path, root, root_bytes) == 0 && (path[root_bytes] == '/' || path[root_bytes] == 0) && fstat(file, &status) == 0) {
            watched[file] = status.st_ino;
            append((struct record) { .kind = OPENED, .inode = status.st_ino, .offset = made }, path, NULL, NULL, 0);
        }
    }
    errno = saved;
}

/* The inode behind a watched descriptor, else 0. A descriptor that was closed unseen has another behind it by now. */
static ino_t inode_of(int file)
{
    if (journal < 0 || file < 0 || file >= FILES_MAX || watched[file] == 0) return 0;
    int saved = errno;
    struct stat status;
    if (fstat(file, &status) != 0 || status.st_ino != watched[file]) watched[file] = 0;
    errno = saved;
    return watched[file];
}

__attribute__((constructor)) static void begin(void)
{
    const char *directory = getenv("LEGALAID_RECORD_ROOT"), *path = getenv("LEGALAID_RECORD_JOURNAL");
    if (directory == NULL || path == NULL || realpath(directory, root) == NULL) return;
    root_bytes = strlen(root);
    int file = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_APPEND | O_CLOEXEC);
    if (file < 0) return;
    journal = (int)syscall(SYS_fcntl, file, F_DUPFD_CLOEXEC, JOURNAL_AT); /* out of the way of who counts descriptors */
    syscall(SYS_close, file);
    DIR *open = opendir("/proc/self/fd"); /* what was inherited */
    for (struct dirent *entry; open != NULL && (entry = readdir(open)) != NULL;) {
        if (entry->d_name[0] != '.' && atoi(entry->d_name) != dirfd(open)) watch(atoi(entry->d_name), 0);
    }
    if (open != NULL) closedir(open);
}

/* Opening */

static int opened(int directory, const char *path, int flags, mode_t mode)
{
    REAL(int, "openat64", int, const char *, int, ...);
    char full[PATH_BYTES];
    int ours = journal >= 0 && locate(directory, path, full);
    int made = ours && (flags & O_CREAT) && faccessat(directory, path, F_OK, AT_SYMLINK_NOFOLLOW) != 0;
    int file = real(directory, path, flags, mode);
    if (file >= 0 && file < FILES_MAX) {
        watched[file] = 0;
        if (ours) {
            watch(file, made);
            if ((flags & O_TRUNC) && !made && watched[file]) {
                append((struct record) { .kind = TRUNCATED, .inode = watched[file] }, NULL, NULL, NULL, 0);
            }
        }
    }
    return file;
}

#define MODE(flags, last) \
    mode_t mode = 0; \
    if ((flags) & (O_CREAT | __O_TMPFILE)) { va_list rest; va_start(rest, last); mode = va_arg(rest, mode_t); va_end(rest); }

int open(const char *path, int flags, ...) { MODE(flags, flags) return opened(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE(flags, flags) return opened(AT_FDCWD, path, flags, mode); }
int openat(int directory, const char *path, int flags, ...) { MODE(flags, flags) return opened(directory, path, flags, mode); }
int openat64(int directory, const char *path, int flags, ...) { MODE(flags, flags) return opened(directory, path, flags, mode); }
int creat(const char *path, mode_t mode) { return opened(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }
int creat64(const char *path, mode_t mode) { return opened(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }
int __open_2(const char *path, int flags) { return opened(AT_FDCWD, path, flags, 0); }
int __open64_2(const char *path, int flags) { return opened(AT_FDCWD, path, flags, 0); }
int __openat_2(int directory, const char *path, int flags) { return opened(directory, path, flags, 0); }
int __openat64_2(int directory, const char *path, int flags) { return opened(directory, path, flags, 0); }

int close(int file)
{
    REAL(int, "close", int);
    if (file == journal && file >= 0) return 0; /* somebody closes all there is */
    if (file >= 0 && file < FILES_MAX) watched[file] = 0;
    return real(file);
}

static int copied(int from, int to)
{
    if (to >= 0 && to < FILES_MAX) watched[to] = from >= 0 && from < FILES_MAX ? watched[from] : 0;
    return to;
}

int dup(int file) { REAL(int, "dup", int); return copied(file, real(file)); }
int dup2(int file, int to) { REAL(int, "dup2", int, int); return copied(file, real(file, to)); }
int dup3(int file, int to, int flags) { REAL(int, "dup3", int, int, int); return copied(file, real(file, to, flags)); }

static int controlled(int file, int command, void *argument)
{
    REAL(int, "fcntl64", int, int, ...);
    int result = real(file, command, argument);
    return command == F_DUPFD || command == F_DUPFD_CLOEXEC ? copied(file, result) : result;
}

#define ARGUMENT(last) va_list rest; va_start(rest, last); void *argument = va_arg(rest, void *); va_end(rest)
int fcntl(int file, int command, ...) { ARGUMENT(command); return controlled(file, command, argument); }
int fcntl64(int file, int command, ...) { ARGUMENT(command); return controlled(file, command, argument); }

/* Writing */

static ssize_t wrote(int file, const struct iovec *data, int count, off64_t offset, ssize_t bytes)
{
    ino_t inode = bytes > 0 ? inode_of(file) : 0;
    if (inode != 0) {
        if (offset < 0) offset = lseek64(file, 0, SEEK_CUR) - bytes;
        append((struct record) { .kind = WRITTEN, .inode = inode, .offset = (uint64_t)offset, .data_bytes = (uint64_t)bytes }, NULL, NULL, data, count);
    }
    return bytes;
}

#define ONE(data, bytes) (&(struct iovec) { (void *)(data), bytes }), 1

ssize_t write(int file, const void *data, size_t bytes)
{
    REAL(ssize_t, "write", int, const void *, size_t);
    return wrote(file, ONE(data, bytes), -1, real(file, data, bytes));
}

ssize_t writev(int file, const struct iovec *data, int count)
{
    REAL(ssize_t, "writev", int, const struct iovec *, int);
    return wrote(file, data, count, -1, real(file, data, count));
}

ssize_t pwrite64(int file, const void *data, size_t bytes, off64_t offset)
{
    REAL(ssize_t, "pwrite64", int, const void *, size_t, off64_t);
    return wrote(file, ONE(data, bytes), offset, real(file, data, bytes, offset));
}

ssize_t pwritev64(int file, const struct iovec *data, int count, off64_t offset)
{
    REAL(ssize_t, "pwritev64", int, const struct iovec *, int, off64_t);
    return wrote(file, data, count, offset, real(file, data, count, offset));
}

ssize_t pwrite(int file, const void *data, size_t bytes, off_t offset) { return pwrite64(file, data, bytes, offset); }
ssize_t pwritev(int file, const struct iovec *data, int count, off_t offset) { return pwritev64(file, data, count, offset); }

static int resized(int file, off64_t length, int result)
{
    ino_t inode = result == 0 ? inode_of(file) : 0;
    if (inode != 0) append((struct record) { .kind = TRUNCATED, .inode = inode, .length = (uint64_t)length }, NULL, NULL, NULL, 0);
    return result;
}

int ftruncate64(int file, off64_t length) { REAL(int, "ftruncate64", int, off64_t); return resized(file, length, real(file, length)); }
int ftruncate(int file, off_t length) { return ftruncate64(file, length); }

int truncate64(const char *path, off64_t length)
{
    int file = open64(path, O_WRONLY | O_CLOEXEC);
    if (file < 0) return -1;
    int result = ftruncate64(file, length), saved = errno;
    close(file);
    errno = saved;
    return result;
}

int truncate(const char *path, off_t length) { return truncate64(path, length); }

/* Only the plain form, which may make a file longer; another one here would need a model of holes. */
static int allocated(int file, int mode, off64_t offset, off64_t length, int result)
{
    ino_t inode = result == 0 ? inode_of(file) : 0;
    if (inode != 0 && mode != 0 && mode != FALLOC_FL_KEEP_SIZE) abort();
    if (inode != 0 && mode == 0) {
        append((struct record) { .kind = ALLOCATED, .inode = inode, .offset = (uint64_t)offset, .length = (uint64_t)length }, NULL, NULL, NULL, 0);
    }
    return result;
}

int fallocate64(int file, int mode, off64_t offset, off64_t length)
{
    REAL(int, "fallocate64", int, int, off64_t, off64_t);
    return allocated(file, mode, offset, length, real(file, mode, offset, length));
}

int fallocate(int file, int mode, off_t offset, off_t length) { return fallocate64(file, mode, offset, length); }

int posix_fallocate64(int file, off64_t offset, off64_t length)
{
    REAL(int, "posix_fallocate64", int, off64_t, off64_t);
    return allocated(file, 0, offset, length, real(file, offset, length));
}

int posix_fallocate(int file, off_t offset, off_t length) { return posix_fallocate64(file, offset, length); }

/* Names */

static void named(enum kind kind, int directory, const char *path, int other_directory, const char *other)
{
    char full[PATH_BYTES], other_full[PATH_BYTES];
    if (journal < 0) return;
    int from = locate(directory, path, full), to = other != NULL && locate(other_directory, other, other_full);
    if (!from && !to) return;
    if (other != NULL && from != to) abort(); /* across the root's border nothing here can be judged */
    append((struct record) { .kind = kind }, full, other != NULL ? other_full : NULL, NULL, 0);
}

int renameat2(int from_directory, const char *from, int to_directory, const char *to, unsigned flags)
{
    int result = (int)syscall(SYS_renameat2, from_directory, from, to_directory, to, flags);
    if (result == 0) named(RENAMED, from_directory, from, to_directory, to);
    return result;
}

int renameat(int from_directory, const char *from, int to_directory, const char *to) { return renameat2(from_directory, from, to_directory, to, 0); }
int rename(const char *from, const char *to) { return renameat2(AT_FDCWD, from, AT_FDCWD, to, 0); }

int linkat(int from_directory, const char *from, int to_directory, const char *to, int flags)
{
    REAL(int, "linkat", int, const char *, int, const char *, int);
    int result = real(from_directory, from, to_directory, to, flags);
    if (result == 0) named(LINKED, from_directory, from, to_directory, to);
    return result;
}

int link(const char *from, const char *to) { return linkat(AT_FDCWD, from, AT_FDCWD, to, 0); }

int unlinkat(int directory, const char *path, int flags)
{
    REAL(int, "unlinkat", int, const char *, int);
    int result = real(directory, path, flags);
    if (result == 0) named(flags & AT_REMOVEDIR ? DIRECTORY_REMOVED : UNLINKED, directory, path, 0, NULL);
    return result;
}

int unlink(const char *path) { return unlinkat(AT_FDCWD, path, 0); }
int rmdir(const char *path) { return unlinkat(AT_FDCWD, path, AT_REMOVEDIR); }

int remove(const char *path)
{
    int result = unlink(path);
    return result != 0 && errno == EISDIR ? rmdir(path) : result;
}

int mkdirat(int directory, const char *path, mode_t mode)
{
    REAL(int, "mkdirat", int, const char *, mode_t);
    int result = real(directory, path, mode);
    if (result == 0) named(DIRECTORY_MADE, directory, path, 0, NULL);
    return result;
}

int mkdir(const char *path, mode_t mode) { return mkdirat(AT_FDCWD, path, mode); }

/* Syncing. sync_file_range is left alone: it promises nothing over a power cut. */

static void sync_record(enum kind kind, ino_t inode) { append((struct record) { .kind = kind, .inode = inode }, NULL, NULL, NULL, 0); }

static int synced(int file, int (*real)(int))
{
    ino_t inode = inode_of(file);
    if (inode == 0) return real(file);
    sync_record(SYNC_BEGUN, inode);
    int result = real(file);
    if (result == 0) sync_record(SYNC_ENDED, inode);
    return result;
}

int fsync(int file) { REAL(int, "fsync", int); return synced(file, real); }
int fdatasync(int file) { REAL(int, "fdatasync", int); return synced(file, real); }

void sync(void)
{
    REAL(void, "sync", void);
    if (journal >= 0) sync_record(SYNC_BEGUN, 0);
    real();
    if (journal >= 0) sync_record(SYNC_ENDED, 0);
}

int syncfs(int file)
{
    REAL(int, "syncfs", int);
    ino_t inode = inode_of(file);
    if (inode != 0) sync_record(SYNC_BEGUN, 0);
    int result = real(file);
    if (inode != 0 && result == 0) sync_record(SYNC_ENDED, 0);
    return result;
}
