// Owns a server of few words: it lets a story say, byte by byte, what a network stack gets to see.

import Foundation
#if canImport(Glibc)
import Glibc
private let stream = Int32(SOCK_STREAM.rawValue)
#else
import Darwin
private let stream = SOCK_STREAM
#endif

/// Answers each connection with a script, on a thread of its own.
final class Host: Sendable {
    let port: UInt16
    private let listener: Int32
    private let met = Shared(0)

    init(_ script: @escaping @Sendable (Connection) -> Void) throws {
        let listener = socket(AF_INET, stream, 0)
        try expect(listener >= 0, "a socket")
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        port = try withUnsafeMutablePointer(to: &address) { pointer in
            try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                try expect(bind(listener, address, size), is: 0)
                try expect(listen(listener, 8), is: 0)
                try expect(getsockname(listener, address, &size), is: 0)
            }
            return UInt16(bigEndian: pointer.pointee.sin_port)
        }
        self.listener = listener
        let met = met
        Thread.detachNewThread {
            while case let socket = accept(listener, nil, nil), socket >= 0 {
                met.with { $0 += 1 }
                Thread.detachNewThread { script(Connection(socket)) }
            }
        }
    }

    var url: String { "http://127.0.0.1:\(port)/" }

    /// How many connections there were.
    var connections: Int { met.with { $0 } }

    /// Nobody listens here any more.
    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }
}

/// One connection of a host. Closed when its script is over.
final class Connection: Sendable {
    /// What was asked, up to the empty line.
    let request: String
    private let socket: Int32

    init(_ socket: Int32) {
        self.socket = socket
        var head = [UInt8]()
        var byte: UInt8 = 0
        while !head.suffix(4).elementsEqual("\r\n\r\n".utf8), read(socket, &byte, 1) == 1 {
            head.append(byte)
        }
        request = String(decoding: head, as: UTF8.self)
    }

    deinit {
        close(socket)
    }

    func say(_ words: String) {
        say(Array(words.utf8))
    }

    func say(_ bytes: [UInt8]) {
        _ = bytes.withUnsafeBytes { send(socket, $0.baseAddress, $0.count, 0x4000 /* no signal when nobody reads */) }
    }

    /// Waits until the other side has closed.
    func waitForEnd() {
        var byte: UInt8 = 0
        while read(socket, &byte, 1) > 0 {}
    }
}
