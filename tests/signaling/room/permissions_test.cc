#include "signaling/room/permissions.h"

#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <sstream>
#include <string>

namespace parley {
namespace {

constexpr std::array kEveryRole = {Role::kAttendee, Role::kPanelist, Role::kCohost, Role::kHost};

TEST(PermissionsTest, TheContractShowsTheTable) {
  std::ifstream file(std::string(PARLEY_SOURCE_DIR) + "/signaling/PROTOCOL.md");
  std::stringstream contract;
  contract << file.rdbuf();
  for (size_t i = 0; i < kActionNames.size(); ++i) {
    std::string row = "\n| `" + std::string(kActionNames[i]) + "` |";
    for (const Role role : kEveryRole) {
      row += MayDo(role, static_cast<Action>(i)) ? " yes |" : " no |";
    }
    EXPECT_NE(contract.str().find(row + "\n"), std::string::npos) << row;
  }
}

TEST(PermissionsTest, WhoIsMoreMayDoNoLess) {
  for (size_t i = 0; i < kActionNames.size(); ++i) {
    for (size_t role = 1; role < kEveryRole.size(); ++role) {
      const auto action = static_cast<Action>(i);
      EXPECT_TRUE(MayDo(kEveryRole[role], action) || !MayDo(kEveryRole[role - 1], action))
          << kActionNames[i];
    }
    EXPECT_TRUE(MayDo(Role::kHost, static_cast<Action>(i))) << kActionNames[i];
  }
}

}  // namespace
}  // namespace parley
