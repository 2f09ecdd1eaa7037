// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <map>
#include <string>
#include <thread>

#include <doctest/doctest.h>

namespace robench_test {

/// A web server of this machine that answers each path with the bytes that a test gives it, a wrong one
/// with 404, and closes the connection.
class ScriptedServer {
 public:
  /// `answers`: path ("/model.onnx") to the whole answer, status line and headers included.
  explicit ScriptedServer(std::map<std::string, std::string> answers) : answers_(std::move(answers)) {
    socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    REQUIRE(::bind(socket_, generic, length) == 0);
    REQUIRE(::listen(socket_, 8) == 0);
    REQUIRE(::getsockname(socket_, generic, &length) == 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~ScriptedServer() {
    ::shutdown(socket_, SHUT_RDWR);
    thread_.join();
    ::close(socket_);
  }
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  [[nodiscard]] std::string address(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
  }

 private:
  void serve() const {
    for (int peer = ::accept(socket_, nullptr, nullptr); peer >= 0;
         peer = ::accept(socket_, nullptr, nullptr)) {
      std::string request;
      std::array<char, 4096> part{};
      while (request.find("\r\n\r\n") == std::string::npos) {
        const auto count = ::recv(peer, part.data(), part.size(), 0);
        if (count <= 0) break;
        request.append(part.data(), static_cast<std::size_t>(count));
      }
      const auto begin = request.find(' ') + 1;
      const auto found = answers_.find(request.substr(begin, request.find(' ', begin) - begin));
      const std::string answer = found == answers_.end()
                                     ? "HTTP/1.0 404 Not Found\r\nContent-Length: 0\r\n\r\n"
                                     : found->second;
      ::send(peer, answer.data(), answer.size(), MSG_NOSIGNAL);
      ::close(peer);
    }
  }

  std::map<std::string, std::string> answers_;
  int socket_ = -1;
  int port_ = 0;
  std::thread thread_;
};

}  // namespace robench_test
