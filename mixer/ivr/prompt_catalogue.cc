#include "mixer/ivr/prompt_catalogue.h"

#include <array>

namespace parley {
namespace {

constexpr PromptEntry kCatalogue[] = {
    // On the way in.
    {"welcome", "", "Welcome to the conference.", "欢迎参加会议。"},
    {"language", "", "中文请按一，再按井号键。", "For English, press one, then the pound key."},
    {"enter-pin", "confbridge-pin", "Please enter your PIN, followed by the pound key.",
     "请输入密码，按井号键结束。"},
    {"wrong-pin", "conf-invalidpin", "That PIN is not right.", "密码不正确。"},
    {"too-many-tries", "confbridge-pin-bad", "There were too many wrong PINs.",
     "密码错误次数过多。"},
    {"locked-out", "", "There were too many wrong PINs. Please try again later.",
     "密码错误次数过多，请稍后再试。"},
    {"no-input", "", "I did not hear anything.", "没有收到您的输入。"},
    {"unavailable", "", "The conference cannot be reached just now. Please try again later.",
     "会议暂时无法接入，请稍后再试。"},
    {"room-full", "conf-full", "The conference is full.", "会议人数已满。"},
    {"room-locked", "conf-locked", "The conference is locked.", "会议已锁定。"},
    {"wait-for-host", "conf-waitforleader", "Please wait until the host arrives.",
     "请等待主持人加入会议。"},
    {"wait-admission", "", "The host has been told that you are here. Please wait.",
     "已通知主持人，请稍候。"},
    {"host-arrived", "", "The host has arrived and has been told that you are here.",
     "主持人已到，并已收到您的请求，请稍候。"},
    {"still-waiting", "", "Please wait a little longer. You will be let in by the host.",
     "请继续等候，主持人会让您进入。"},
    {"refused", "", "The host did not admit you.", "主持人未同意您加入会议。"},
    {"joining", "conf-placeintoconf", "You are now in the conference.", "您已进入会议。"},
    {"only-person", "conf-onlyperson", "You are the only person here.", "目前会议中只有您一人。"},
    {"recording", "conf-now-recording", "This conference is being recorded.", "本次会议正在录音。"},
    {"goodbye", "vm-goodbye", "Goodbye.", "再见。"},
    {"called", "", "Hello. You are invited to a conference.", "您好，有人邀请您参加会议。"},
    {"press-one", "", "To join it, press one. To decline, press any other key.",
     "参加请按一，拒绝请按其他键。"},
    // In the room.
    {"muted", "conf-muted", "You are muted.", "您已静音。"},
    {"unmuted", "conf-unmuted", "You are unmuted.", "您已取消静音。"},
    {"muted-by-host", "", "The host has muted you. Press star six to unmute.",
     "主持人已将您静音，按星号六取消静音。"},
    {"unmute-asked", "", "The host asks you to unmute. Press star six.",
     "主持人请您取消静音，请按星号六。"},
    {"unmute-refused", "", "The host does not let you unmute just now.",
     "主持人暂不允许取消静音。"},
    {"hand-raised", "", "Your hand is raised.", "您已举手。"},
    {"hand-lowered", "", "Your hand is lowered.", "您已放下手。"},
    {"people-before", "conf-thereare", "There are currently", "目前会议中除您之外还有"},
    {"people-after", "conf-otherinparty", "other people in the conference.", "人。"},
    {"room-now-locked", "conf-lockednow", "The conference is now locked.", "会议已锁定。"},
    {"room-now-unlocked", "conf-unlockednow", "The conference is now unlocked.",
     "会议已解除锁定。"},
    {"all-muted", "conf-now-muted", "Everybody but the hosts is muted.",
     "除主持人外所有人已静音。"},
    {"recording-started", "conf-now-recording", "The recording has started.", "录音已开始。"},
    {"recording-stopped", "", "The recording has stopped.", "录音已停止。"},
    {"consent-asked", "",
     "This conference is being recorded. Your voice is recorded only if you agree: to agree, press "
     "star two.",
     "本次会议正在录音。只有您同意才会录下您的声音：同意请按星号二。"},
    {"consent-given", "",
     "Your voice is being recorded. To take your consent back, press star two.",
     "正在录下您的声音。撤回同意请按星号二。"},
    {"consent-taken", "", "Your voice is not being recorded.", "不再录下您的声音。"},
    {"not-recorded", "", "This conference is not being recorded.", "本次会议没有录音。"},
    {"not-allowed", "", "You may not do that.", "您没有此权限。"},
    {"no-such-key", "", "That key does nothing. Press star pound for a list.",
     "无效按键。按星号井号可听取按键说明。"},
    {"keys", "",
     "Star six mutes and unmutes you. Star nine raises or lowers your hand. Star one says how many "
     "people are here. Star two says whether your voice may be recorded, where that is asked.",
     "星号六：静音或取消静音。星号九：举手或放下手。星号一：会议人数。"
     "星号二：需要时，同意或撤回录音。"},
    {"host-keys", "",
     "Star three mutes everybody but the hosts. Star five locks or unlocks the conference. Star "
     "seven lets in who has waited longest.",
     "星号三：除主持人外全体静音。星号五：锁定或解锁会议。星号七：允许等候最久的人进入。"},
    {"host", "", "You are a host. Press star pound for the keys.",
     "您是主持人，按星号井号可听取按键说明。"},
    {"no-host", "", "You are no longer a host.", "您不再是主持人。"},
    {"in-audience", "", "You are listening. To ask to speak, press star nine.",
     "您目前是听众。如需发言，请按星号九举手。"},
    {"on-stage", "", "You may speak now. Press star six to unmute.",
     "您现在可以发言，请按星号六取消静音。"},
    {"somebody-knocks", "", "Somebody is waiting to be let in. Press star seven.",
     "有人在等候进入，按星号七允许。"},
    {"let-in", "", "Let in.", "已允许进入。"},
    {"nobody-waits", "", "Nobody is waiting to be let in.", "没有人在等候。"},
    {"announcement", "",
     "A host has announced something in writing. It stands on the page of the meeting.",
     "主持人发布了文字公告，请在会议页面查看。"},
    {"removed", "conf-kicked", "You were removed from the conference.", "您已被移出会议。"},
    {"ended", "confbridge-conf-end", "The conference is over.", "会议已结束。"},
    // Numbers and keys.
    {"0", "digits/0", "zero", "零"},
    {"1", "digits/1", "one", "一"},
    {"2", "digits/2", "two", "二"},
    {"3", "digits/3", "three", "三"},
    {"4", "digits/4", "four", "四"},
    {"5", "digits/5", "five", "五"},
    {"6", "digits/6", "six", "六"},
    {"7", "digits/7", "seven", "七"},
    {"8", "digits/8", "eight", "八"},
    {"9", "digits/9", "nine", "九"},
    {"10", "digits/10", "ten", "十"},
    {"11", "digits/11", "eleven", "十一"},
    {"12", "digits/12", "twelve", "十二"},
    {"13", "digits/13", "thirteen", "十三"},
    {"14", "digits/14", "fourteen", "十四"},
    {"15", "digits/15", "fifteen", "十五"},
    {"16", "digits/16", "sixteen", "十六"},
    {"17", "digits/17", "seventeen", "十七"},
    {"18", "digits/18", "eighteen", "十八"},
    {"19", "digits/19", "nineteen", "十九"},
    {"20", "digits/20", "twenty", "二十"},
    {"30", "digits/30", "thirty", "三十"},
    {"40", "digits/40", "forty", "四十"},
    {"50", "digits/50", "fifty", "五十"},
    {"60", "digits/60", "sixty", "六十"},
    {"70", "digits/70", "seventy", "七十"},
    {"80", "digits/80", "eighty", "八十"},
    {"90", "digits/90", "ninety", "九十"},
    {"hundred", "digits/hundred", "hundred", "百"},
    {"thousand", "digits/thousand", "thousand", "千"},
    {"star", "digits/star", "star", "星号"},
    {"pound", "digits/pound", "pound", "井号"},
};

void AddEnglish(std::vector<std::string>& words, uint32_t n) {
  if (n >= 1000) {
    words.push_back(std::to_string(n / 1000));
    words.emplace_back("thousand");
    n %= 1000;
  }
  if (n >= 100) {
    words.push_back(std::to_string(n / 100));
    words.emplace_back("hundred");
    n %= 100;
  }
  if (n > 20) {
    words.push_back(std::to_string(n / 10 * 10));
    n %= 10;
  }
  if (n > 0) words.push_back(std::to_string(n));
}

// 1,024 is one thousand, nought, two ten, four; 15 alone is ten five, within a number one ten five.
void AddMandarin(std::vector<std::string>& words, uint32_t n) {
  constexpr std::array<std::pair<uint32_t, std::string_view>, 4> kUnits = {
      {{1000, "thousand"}, {100, "hundred"}, {10, "10"}, {1, ""}}};
  bool nought = false;
  for (const auto& [unit, name] : kUnits) {
    const uint32_t digit = n / unit;
    n %= unit;
    if (digit == 0) {
      nought = !words.empty();
      continue;
    }
    if (nought) words.emplace_back("0");
    nought = false;
    if (unit != 10 || digit > 1 || !words.empty()) words.push_back(std::to_string(digit));
    if (!name.empty()) words.emplace_back(name);
  }
}

}  // namespace

std::string_view NameOf(PromptLanguage language) {
  return language == PromptLanguage::kEnglish ? "en" : "zh";
}

std::span<const PromptEntry> PromptCatalogue() { return kCatalogue; }

std::vector<std::string> SpokenNumber(PromptLanguage language, uint32_t number) {
  if (number == 0) return {"0"};
  if (number > 9999) return SpokenKeys(std::to_string(number));
  std::vector<std::string> words;
  if (language == PromptLanguage::kEnglish) {
    AddEnglish(words, number);
  } else {
    AddMandarin(words, number);
  }
  return words;
}

std::vector<std::string> SpokenKeys(std::string_view keys) {
  std::vector<std::string> words;
  for (const char key : keys) {
    if (key >= '0' && key <= '9') words.emplace_back(1, key);
    if (key == '*') words.emplace_back("star");
    if (key == '#') words.emplace_back("pound");
  }
  return words;
}

}  // namespace parley
