// Files and directories. Thin: every function is one or a few system calls, errors name the path.
//
// Durability: a write is durable after Sync of the file, a new, renamed or removed name after
// SyncDirectory of its directory. Nothing here retries, waits or repairs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"

namespace bd::os {

// Owns a descriptor.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int number) : number_(number) {}
  Fd(Fd&& other) noexcept : number_(other.Release()) {}
  Fd& operator=(Fd&& other) noexcept;
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  ~Fd() { Close(); }

  int get() const { return number_; }
  explicit operator bool() const { return number_ >= 0; }
  void Close();
  int Release() {
    int number = number_;
    number_ = -1;
    return number;
  }

 private:
  int number_ = -1;
};

enum class FileKind { kRegular, kDirectory, kSymlink, kSocket, kOther };

// What stat tells. Two of them with equal device and inode are the same file now.
struct FileInfo {
  FileKind kind = FileKind::kOther;
  uint64_t device = 0;
  uint64_t inode = 0;
  int64_t size = 0;
  int64_t mtime_ns = 0;
  int64_t ctime_ns = 0;
  uint32_t mode = 0;  // permission bits
  uint32_t owner = 0;
};
inline bool SameFile(const FileInfo& a, const FileInfo& b) {
  return a.device == b.device && a.inode == b.inode;
}

// An Error with the text of errno ("no such file or directory") and the code that fits it.
Error SystemError(int number, std::string_view action, std::string_view path);
std::string ErrorText(int number);
// What a user can do about it; may be empty.
std::string ErrorHint(int number);

// Follows links. kNotFound if there is nothing (or a part of the path is no directory).
Result<FileInfo> Stat(const std::string& path);
Result<FileInfo> Stat(const Fd& fd);
bool Exists(const std::string& path);
bool IsDirectory(const std::string& path);
// Whether the kernel says that we may write there (also false on a read-only file system).
bool IsWritable(const std::string& path);
// The same, and why not: kDenied.
Status MayWrite(const std::string& path);

Result<Fd> OpenRead(const std::string& path);
Result<Fd> OpenReadWrite(const std::string& path, uint32_t create_mode);  // created if missing
// kConflict if the name exists.
Result<Fd> CreateNew(const std::string& path, uint32_t mode);
Result<Fd> OpenAppend(const std::string& path, uint32_t create_mode);

// At most `count` bytes; fewer only at the end of the file.
Result<size_t> ReadAt(const Fd& fd, char* buffer, size_t count, int64_t offset);
// What the descriptor has now, at most `count` bytes; 0 at the end (pipes, terminals, standard input).
Result<size_t> Read(int fd, char* buffer, size_t count);
// Over what is there; not more than a few bytes, in one call.
Status WriteAt(const Fd& fd, std::string_view bytes, int64_t offset);
Status Write(int fd, std::string_view bytes);
Status Write(const Fd& fd, std::string_view bytes);
// Appends bytes [offset, offset + length) of `from` to `to`, in the kernel where it can.
Status CopyRange(const Fd& from, int64_t offset, int64_t length, const Fd& to);
Status Sync(const Fd& fd);
Status SyncDirectory(const std::string& path);
Status SetModificationTime(const Fd& fd, int64_t mtime_ns);
// Both times become now, without opening the file.
Status Touch(const std::string& path);
Status SetMode(const Fd& fd, uint32_t mode);

// Standard streams that are closed become ones that refuse: their numbers must not go to files that are
// opened later, which would be read as input or get the output.
void HoldStandardStreams();
// A write beyond the limit of a file's size fails like one on a full disk, instead of ending the process.
void ReportFileSizeLimit();

Result<std::string> ReadFile(const std::string& path, int64_t size_max = 64 << 20);
// Everything that a descriptor has until its end.
Result<std::string> ReadToEnd(int fd, int64_t size_max = 64 << 20);
// Replaces the file as a whole by temporary and rename, durably: a reader, and a crash, meet the old or the
// new text.
Status ReplaceFile(const std::string& path, std::string_view bytes, uint32_t mode);
// The same for a file that has one writer at a time. The temporary has always the same name: of however many
// crashes one is left at most.
Status ReplaceOwnFile(const std::string& path, std::string_view bytes, uint32_t mode);
// Writes into the file itself: a reader (or a crash) may meet an older, longer text behind `bytes`.
Status OverwriteFile(const std::string& path, std::string_view bytes, uint32_t create_mode);

Status Rename(const std::string& from, const std::string& to);
// kConflict if `to` exists; then nothing happened.
Status RenameToNew(const std::string& from, const std::string& to);
// Swaps two names atomically. False if the file system cannot; then nothing happened.
Result<bool> Exchange(const std::string& a, const std::string& b);
// A second name; kConflict if `to` exists.
Status Link(const std::string& from, const std::string& to);
Status Unlink(const std::string& path);
Status RemoveDirectory(const std::string& path);
Status MakeDirectory(const std::string& path, uint32_t mode);             // fine if it exists
Status MakeDirectories(const std::string& path, uint32_t mode);           // with parents
Result<std::vector<std::string>> ListDirectory(const std::string& path);  // sorted, without . and ..

// Magic number of the file system (statfs), 0 if unknown.
uint64_t FileSystemType(const std::string& path);

}  // namespace bd::os
