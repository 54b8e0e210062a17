#pragma once

// The HTTPS certificate: the operator's from two PEM files, or one made for development at first
// start and kept in the data directory (key with mode 0600). At start, before the loop.

#include <expected>
#include <filesystem>
#include <string>
#include <vector>

#include "sfu/base/units.h"

namespace parley {

struct Certificate {
  std::string chain_pem;
  std::string key_pem;
  bool development = false;
};

// The files must hold a chain and its own private key; a sentence naming the file otherwise.
std::expected<Certificate, std::string> LoadCertificate(const std::filesystem::path& chain,
                                                        const std::filesystem::path& key);

// Reads DATA/dev-cert.pem and DATA/dev-key.pem, or makes them anew (self-signed ECDSA P-256, for
// localhost, the loopback addresses and `names`) when they are missing, broken, not for every name
// or within 30 days of their end.
std::expected<Certificate, std::string> DevelopmentCertificate(
    const std::filesystem::path& data_directory, const std::vector<std::string>& names,
    WallTime now);

}  // namespace parley
