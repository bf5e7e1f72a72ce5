// Hashes: SHA-256 where a format asks for it, XXH3 (128 bits) to recognise lines.
#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace bd {

class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void Add(std::string_view bytes);
  std::string Digest();  // 32 bytes; starts anew
  std::string HexDigest();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

std::string Sha256Hex(std::string_view bytes);

struct Hash128 {
  uint64_t low = 0, high = 0;
  friend auto operator<=>(const Hash128&, const Hash128&) = default;
};

// Not against deliberate collisions: it tells lines apart, it proves nothing.
Hash128 HashLine(std::string_view bytes);

}  // namespace bd
