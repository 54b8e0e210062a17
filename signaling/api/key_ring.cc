#include "signaling/api/key_ring.h"

#include <fstream>
#include <iterator>

namespace parley {
namespace {

std::expected<JwtKey, std::string> Load(const KeyConfig& config) {
  if (!config.secret.empty()) {
    return JwtKey::FromSecret(
        {reinterpret_cast<const uint8_t*>(config.secret.data()), config.secret.size()});
  }
  std::ifstream in(config.file, std::ios::binary);
  if (!in) return std::unexpected("cannot read " + config.file);
  const std::string pem{std::istreambuf_iterator<char>(in), {}};
  auto key = JwtKey::FromPem(pem);
  if (!key) return std::unexpected(config.file + ": " + key.error());
  return key;
}

}  // namespace

std::expected<std::vector<JwtKey>, std::string> LoadKeyRing(
    const std::vector<KeyConfig>& configured, std::span<const uint8_t> own_secret) {
  std::vector<JwtKey> keys;
  for (size_t i = 0; i < configured.size(); ++i) {
    auto key = Load(configured[i]);
    if (!key) return std::unexpected("auth.keys[" + std::to_string(i) + "]: " + key.error());
    key->set_id(configured[i].id);
    keys.push_back(*std::move(key));
  }
  auto own = JwtKey::FromSecret(own_secret);
  if (!own) return std::unexpected(own.error());
  keys.push_back(*std::move(own));
  return keys;
}

}  // namespace parley
