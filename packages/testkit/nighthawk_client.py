"""A client of Nighthawk's gRPC service on gRPC's C core, driven by lines of JSON.

    python-grpcio nighthawk_client.py STUBS ADDRESS

In:   {"call": "a", "send": REQUEST} | {"call": "a", "end": true} | {"call": "a", "cancel": true}
Out:  {"call": "a", "response": RESPONSE} | {"call": "a", "status": "OK", "details": ""}

A call is opened by what is first said of it. Messages are in protobuf's JSON, by the names of the
.proto files; the stubs are those that protoc made of them.
"""
import json
import queue
import sys
import threading

sys.path.insert(0, sys.argv[1])

import grpc
from google.protobuf import json_format
from nighthawk.client import service_pb2, service_pb2_grpc
from nighthawk.rate_limiter import ramp_pb2  # so that it may stand in an Any

END = object()
lock = threading.Lock()


def say(document):
    with lock:
        print(json.dumps(document), flush=True)


class Call:
    def __init__(self, stub, name):
        self.name = name
        self.requests = queue.Queue()
        self.call = stub.ExecutionStream(iter(self.requests.get, END))
        threading.Thread(target=self.read, daemon=True).start()

    def obey(self, command):
        if "send" in command:
            request = service_pb2.ExecutionRequest()
            self.requests.put(json_format.ParseDict(command["send"], request))
        elif "end" in command:
            self.requests.put(END)
        else:
            self.call.cancel()

    def read(self):
        try:
            for response in self.call:
                document = json_format.MessageToDict(response, preserving_proto_field_name=True)
                say({"call": self.name, "response": document})
        except grpc.RpcError:
            pass
        say({"call": self.name, "status": self.call.code().name, "details": self.call.details()})


def main():
    stub = service_pb2_grpc.NighthawkServiceStub(grpc.insecure_channel(sys.argv[2]))
    calls = {}
    for line in sys.stdin:
        command = json.loads(line)
        name = command["call"]
        if name not in calls:
            calls[name] = Call(stub, name)
        calls[name].obey(command)


main()
