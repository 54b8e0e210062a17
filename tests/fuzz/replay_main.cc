// Stands in for libFuzzer where a fuzz target is built without it: runs the target over every file
// in the files and folders given. Folders that are not there are passed over, except the target's
// own corpus (NAME_fuzz), which must hold something.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

namespace fs = std::filesystem;

// A copy of exactly the file's size, so that a sanitizer sees a read behind its end.
void RunFile(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::vector<uint8_t> data((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  data.shrink_to_fit();
  LLVMFuzzerTestOneInput(data.data(), data.size());
}

size_t RunPath(const fs::path& path) {
  if (fs::is_regular_file(path)) {
    RunFile(path);
    return 1;
  }
  size_t count = 0;
  if (!fs::is_directory(path)) return count;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(path)) {
    if (!entry.is_regular_file()) continue;
    RunFile(entry.path());
    ++count;
  }
  return count;
}

}  // namespace

int main(int argc, char** argv) {
  size_t total = 0;
  bool own_corpus_empty = false;
  for (int i = 1; i < argc; ++i) {
    fs::path path = fs::path(argv[i]).lexically_normal();
    if (!path.has_filename()) path = path.parent_path();
    size_t count = RunPath(path);
    total += count;
    if (count == 0 && path.filename().string().ends_with("_fuzz")) {
      std::fprintf(stderr, "no inputs in %s\n", argv[i]);
      own_corpus_empty = true;
    }
  }
  std::printf("%zu inputs ran\n", total);
  return own_corpus_empty ? 1 : 0;
}
