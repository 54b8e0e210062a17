#include "signaling/launch/data_directory.h"

#include <system_error>
#include <utility>

#include "signaling/api/key_ring.h"
#include "signaling/store/sqlite_store.h"

namespace parley {

namespace fs = std::filesystem;

fs::path StoreFile(const Config& config) { return fs::path(config.data_directory) / "parley.db"; }

fs::path RecordingsDirectory(const Config& config) {
  return fs::path(config.data_directory) / "recordings";
}

OrSentence<std::unique_ptr<SqliteStore>> OpenStore(const Config& config) {
  const std::string& directory = config.data_directory;
  std::error_code error;
  fs::create_directories(directory, error);
  const std::string remedy = ". Give a directory that this user may write with --data";
  if (error) return std::unexpected("cannot make " + directory + ": " + error.message() + remedy);
  fs::permissions(directory, fs::perms::owner_all, error);
  auto store = SqliteStore::Open(StoreFile(config));
  if (!store) return std::unexpected(store.error() + remedy);
  return store;
}

OrSentence<JwtTokenVerifier> LoadVerifier(const Config& config, SqliteStore& store) {
  const auto own = store.LoadSecret("token");
  if (!own) return std::unexpected(own.error());
  auto keys = LoadKeyRing(config.auth.keys, *own);
  if (!keys) return std::unexpected(keys.error());
  return JwtTokenVerifier(*std::move(keys), JwtPolicy{.issuer = config.auth.issuer});
}

}  // namespace parley
