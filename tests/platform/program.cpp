#include "tests/platform/program.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace tensordash {
namespace {

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

struct Pipe {
  int read_end = -1, write_end = -1;

  Pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) fail("pipe2");
    read_end = ends[0];
    write_end = ends[1];
  }
};

/// In the child, between fork and exec: only calls that are safe there.
void become_program(char* const* arguments, const ProgramSettings& settings, int out, int err) {
  if (settings.file_bytes) {
    ::signal(SIGXFSZ, SIG_IGN);  // a write past the limit fails instead of killing
    const rlimit limit{*settings.file_bytes, *settings.file_bytes};
    if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) ::_exit(125);
  }
  if (!settings.standard_output.empty()) {
    out = ::open(settings.standard_output.c_str(), O_WRONLY);
  }
  const bool ready = ::dup2(out, STDOUT_FILENO) >= 0 && ::dup2(err, STDERR_FILENO) >= 0 &&
                     ::chdir(settings.folder.c_str()) == 0;
  if (ready) ::execv(arguments[0], arguments);
  ::_exit(126);
}

/// Reads both pipes to their ends, whichever has something first.
void drain(int out, int err, ProgramRun& run) {
  std::array<pollfd, 2> sources{pollfd{out, POLLIN, 0}, pollfd{err, POLLIN, 0}};
  std::array<char, 65536> buffer{};
  while (sources[0].fd >= 0 || sources[1].fd >= 0) {
    if (::poll(sources.data(), sources.size(), -1) < 0 && errno != EINTR) fail("poll");
    for (std::size_t at = 0; at < sources.size(); ++at) {
      if (sources[at].fd < 0 || sources[at].revents == 0) continue;
      const ssize_t count = ::read(sources[at].fd, buffer.data(), buffer.size());
      if (count > 0) {
        (at == 0 ? run.out : run.err).append(buffer.data(), static_cast<std::size_t>(count));
      } else if (count == 0 || errno != EINTR) {
        ::close(sources[at].fd);
        sources[at].fd = -1;
      }
    }
  }
}

}  // namespace

nlohmann::json ProgramRun::json() const {
  return nlohmann::json::parse(out);
}

ProgramRun run_program(const std::vector<std::string>& arguments, const ProgramSettings& settings) {
  std::vector<std::string> words{TENSORDASH_PROGRAM};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  pointers.reserve(words.size() + 1);
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  const Pipe out;
  const Pipe err;
  const pid_t child = ::fork();
  if (child < 0) fail("fork");
  if (child == 0) become_program(pointers.data(), settings, out.write_end, err.write_end);
  ::close(out.write_end);
  ::close(err.write_end);
  if (settings.meanwhile) settings.meanwhile(child);
  ProgramRun run;
  drain(out.read_end, err.read_end, run);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) fail("waitpid");
  }
  run.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  return run;
}

std::vector<std::string> report_arguments(const std::filesystem::path& trace,
                                          const std::vector<std::string>& settings,
                                          const std::string& level) {
  std::vector<std::string> arguments{"run",     trace.string(), "--level", level,
                                     "--quiet", "--json",       "-"};
  bool says_memory = false;
  for (const std::string& setting : settings) {
    arguments.insert(arguments.end(), {"--set", setting});
    says_memory = says_memory || setting.rfind("memory=", 0) == 0;
  }
  if (level == "pin" && !says_memory) {
    arguments.insert(arguments.end(), {"--set", "memory=ideal"});
  }
  return arguments;
}

}  // namespace tensordash
