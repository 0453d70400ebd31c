"""What the packages ten_runtime and ten offer, as far as the rules ask.

A type is a string, or a tuple of a constructor and what it holds: ("pair", X) is (X, error), ("coro", X) a coroutine that gives X,
("agen", X) an asynchronous generator of X. None stands for what is not known.
"""

from __future__ import annotations

from typing import Union

Type = Union[str, tuple, None]

EXPORTS_NEW = frozenset(
    """Addon _AddonManager register_addon_as_extension App Extension AsyncExtension TenEnv TenErrorCode AsyncTenEnv SendOptions
    Cmd StatusCode StartGraphCmd StopGraphCmd TriggerLifeCycleCmd VideoFrame AudioFrame Data CmdResult PixelFmt AudioFrameDataFmt
    LogLevel LogOption DefaultLogOption ExtensionTester TenEnvTester TenError Value ValueType AsyncExtensionTester
    AsyncTenEnvTester Loc""".split()
)

EXPORTS_OLD = frozenset(
    """Addon App Extension TenEnv Cmd CmdResult StatusCode Data AudioFrame AudioFrameDataFmt VideoFrame PixelFmt
    register_addon_as_extension register_addon_as_extension_group LogLevel AsyncExtension AsyncTenEnv ExtensionTester TenEnvTester
    TenError _AddonManager unregister_all_addons_and_cleanup AsyncExtensionTester AsyncTenEnvTester""".split()
)

SUBMODULES = frozenset(
    """addon addon_manager app async_extension async_ten_env async_test audio_frame cmd cmd_result data decorator error extension
    global_thread_manager loc log_level log_option msg send_options start_graph_cmd stop_graph_cmd ten_env ten_env_attach_to_enum
    ten_env_base test test_base trigger_life_cycle_cmd value value_buffer video_frame""".split()
)

# The class of each exported name that has instances.
CLASSES: dict[str, str] = {
    "AsyncTenEnv": "env.async",
    "TenEnv": "env.sync",
    "AsyncTenEnvTester": "tester.async",
    "TenEnvTester": "tester.sync",
    "Cmd": "cmd",
    "StartGraphCmd": "cmd",
    "StopGraphCmd": "cmd",
    "TriggerLifeCycleCmd": "cmd",
    "CmdResult": "result",
    "Data": "data",
    "AudioFrame": "audio",
    "VideoFrame": "video",
    "TenError": "error",
}

MESSAGES = frozenset(["cmd", "result", "data", "audio", "video"])
ENVS = frozenset(["env.async", "env.sync", "tester.async", "tester.sync"])

TITLES = {
    "env.async": "AsyncTenEnv",
    "env.sync": "TenEnv",
    "tester.async": "AsyncTenEnvTester",
    "tester.sync": "TenEnvTester",
    "cmd": "Cmd",
    "result": "CmdResult",
    "data": "Data",
    "audio": "AudioFrame",
    "video": "VideoFrame",
    "error": "TenError",
    "asyncio.Queue": "asyncio.Queue",
    "asyncio.Event": "asyncio.Event",
}

LIFECYCLE = ("on_configure", "on_init", "on_start", "on_stop", "on_deinit")
HANDLERS = {"on_cmd": "cmd", "on_data": "data", "on_audio_frame": "audio", "on_video_frame": "video"}
CALLBACKS = frozenset(LIFECYCLE) | frozenset(HANDLERS)

_LOGS = {name: "plain" for name in ("log", "log_debug", "log_info", "log_warn", "log_error")}
_GETTERS = {
    "get_property_to_json": "str",
    "get_property_int": "int",
    "get_property_string": "str",
    "get_property_bool": "bool",
    "get_property_float": "float",
}
_SETTERS = ("set_property_from_json", "set_property_int", "set_property_string", "set_property_bool", "set_property_float")
_SENDS = ("send_data", "send_audio_frame", "send_video_frame")


def _async_env(properties: bool) -> dict[str, Type]:
    api: dict[str, Type] = dict(_LOGS)
    api["send_cmd"] = ("coro", ("pair", "result"))
    api["send_cmd_ex"] = ("agen", ("pair", "result"))
    api.update({name: ("coro", "error") for name in (*_SENDS, "return_result")})
    if properties:
        api.update({name: ("coro", ("pair", of)) for name, of in _GETTERS.items()})
        api.update({name: ("coro", "error") for name in (*_SETTERS, "init_property_from_json")})
        api["is_property_exist"] = ("coro", ("pair", "bool"))
    return api


def _sync_env(properties: bool) -> dict[str, Type]:
    api: dict[str, Type] = dict(_LOGS)
    api.update({name: "error" for name in ("send_cmd", "send_cmd_ex", *_SENDS, "return_result")})
    api.update({f"{stage}_done": "plain" for stage in LIFECYCLE})
    if properties:
        api["on_create_instance_done"] = "plain"
        api.update({name: ("pair", of) for name, of in _GETTERS.items()})
        api.update({name: "error" for name in (*_SETTERS, "init_property_from_json")})
        api["is_property_exist"] = ("pair", "bool")
    return api


def _message(*own: str) -> dict[str, Type]:
    api: dict[str, Type] = {name: "plain" for name in ("set_name", "set_dests", "get_source", *own)}
    api["get_name"] = "str"
    api.update({name: ("pair", of) for name, of in _GETTERS.items()})
    api["get_property_buf"] = ("pair", "bytes")
    api.update({name: "error" for name in (*_SETTERS, "set_property_buf")})
    return api


_BUFFER = ("alloc_buf", "lock_buf", "unlock_buf", "get_buf")
_AUDIO = ("timestamp", "sample_rate", "bytes_per_sample", "samples_per_channel", "number_of_channels", "data_fmt", "line_size")
_VIDEO = ("width", "height", "timestamp", "pixel_fmt")


def _fields(names: tuple[str, ...]) -> list[str]:
    return [f"{verb}_{name}" for name in names for verb in ("get", "set")] + ["is_eof", "set_eof"]


_GRAPH_CMDS = ("set_predefined_graph_name", "set_graph_from_json", "set_sync_stop_before_deinit", "set_graph_id", "set_stage")

NEW: dict[str, dict[str, Type]] = {
    "env.async": _async_env(True),
    "env.sync": _sync_env(True),
    "tester.async": {**_async_env(False), "stop_test": "plain"},
    "tester.sync": {**_sync_env(False), "stop_test": "plain"},
    "cmd": {**_message(*_GRAPH_CMDS), "clone": "cmd"},
    "result": {**_message("get_status_code", "set_final", "is_final", "is_completed"), "clone": "result"},
    "data": {**_message(*_BUFFER), "clone": "data"},
    "audio": {**_message(*_BUFFER, *_fields(_AUDIO)), "clone": "audio"},
    "video": {**_message(*_BUFFER, *_fields(_VIDEO)), "clone": "video"},
    "error": {"error_code": "int", "error_message": "str"},
}


def _plainly(api: dict[str, Type]) -> dict[str, Type]:
    """The older getters: plain values that raise."""
    return {name: of[1] if isinstance(of, tuple) and of[0] == "pair" else of for name, of in api.items()}


def _old() -> dict[str, dict[str, Type]]:
    """The union of what the older package had. What some of its versions had plain and others as a coroutine acts at once and may
    be awaited or not, so that nothing follows from its type."""
    old = {kind: _plainly(api) for kind, api in NEW.items()}
    both = (*_SENDS, "return_result", *_GETTERS, *_SETTERS, "init_property_from_json", "is_property_exist")
    logs = ("log_verbose", "log_fatal", "log_warning")
    for kind in ENVS:
        old[kind].update({name: "plain" for name in (*both, *logs, "return_result_directly", "is_cmd_connected")})
        old[kind].update({f"{stage}_done": "plain" for stage in LIFECYCLE})
        old[kind]["send_json"] = ("coro", "result") if kind.endswith("async") else "plain"
    for kind in ("env.async", "tester.async"):
        old[kind]["send_cmd"] = ("coro", "result")
        old[kind]["send_cmd_ex"] = ("agen", "result")
    for kind in MESSAGES:
        old[kind].update({name: "plain" for name in ("from_json", "set_dest")})
        old[kind]["to_json"] = "str"
        old[kind].update({name: "plain" for name in _GETTERS})
    old["result"].update({name: "plain" for name in ("set_is_final", "get_is_final", "set_status_code")})
    for kind in ("audio", "video"):
        old[kind].update({name: "plain" for name in ("get_is_eof", "set_is_eof")})
    old["error"].update({"errno": "int", "err_msg": "str"})
    return old


OLD = _old()

# Coroutine functions and blocking objects of the standard library.
STANDARD: dict[str, dict[str, Type]] = {
    "asyncio.Queue": {"put": ("coro", None), "get": ("coro", None), "join": ("coro", None)},
    "asyncio.Event": {"wait": ("coro", None), "is_set": "bool", "set": "plain", "clear": "plain"},
    "asyncio.Lock": {"acquire": ("coro", None)},
    "asyncio.Condition": {"acquire": ("coro", None), "wait": ("coro", None), "wait_for": ("coro", None)},
    "asyncio.Semaphore": {"acquire": ("coro", None)},
    "asyncio.Task": {"done": "bool", "cancelled": "bool", "cancel": "plain"},
    "asyncio.StreamWriter": {"drain": ("coro", None), "wait_closed": ("coro", None)},
    "asyncio.StreamReader": {name: ("coro", None) for name in ("read", "readline", "readexactly", "readuntil")},
}

COROUTINE_FUNCTIONS = frozenset(
    [f"asyncio.{name}" for name in ("sleep", "wait_for", "wait", "to_thread", "open_connection", "start_server")]
    + ["asyncio.create_subprocess_exec", "asyncio.create_subprocess_shell"]
)

# Not the coroutine's name but what a call of it gives.
CONSTRUCTORS: dict[str, Type] = {
    "asyncio.Queue": "asyncio.Queue",
    "asyncio.PriorityQueue": "asyncio.Queue",
    "asyncio.LifoQueue": "asyncio.Queue",
    "asyncio.Event": "asyncio.Event",
    "asyncio.Lock": "asyncio.Lock",
    "asyncio.Condition": "asyncio.Condition",
    "asyncio.Semaphore": "asyncio.Semaphore",
    "asyncio.BoundedSemaphore": "asyncio.Semaphore",
    "asyncio.create_task": "asyncio.Task",
    "asyncio.ensure_future": "asyncio.Task",
    "asyncio.TaskGroup": "asyncio.TaskGroup",
    "asyncio.get_event_loop": "loop",
    "asyncio.get_running_loop": "loop",
    "asyncio.new_event_loop": "loop",
    "queue.Queue": "queue.Queue",
    "queue.SimpleQueue": "queue.Queue",
    "queue.LifoQueue": "queue.Queue",
    "queue.PriorityQueue": "queue.Queue",
    "threading.Event": "threading.Event",
    "threading.Thread": "threading.Thread",
    "threading.Lock": "threading.Lock",
    "threading.RLock": "threading.Lock",
    "threading.Condition": "threading.Condition",
    "socket.socket": "socket",
    "socket.create_connection": "socket",
    "requests.Session": "requests.Session",
    "requests.session": "requests.Session",
}

ANNOTATIONS = {
    "asyncio.AbstractEventLoop": "loop",
    "asyncio.events.AbstractEventLoop": "loop",
    "asyncio.StreamWriter": "asyncio.StreamWriter",
    "asyncio.StreamReader": "asyncio.StreamReader",
    "asyncio.Task": "asyncio.Task",
    **{name: of for name, of in CONSTRUCTORS.items() if name[name.index(".") + 1].isupper()},
}

_HTTP = ("get", "post", "put", "patch", "delete", "head", "options", "request")

# Calls that hold up the loop, and what does the same without.
BLOCKING: dict[str, str] = {
    "time.sleep": "await asyncio.sleep(...)",
    "urllib.request.urlopen": "await asyncio.to_thread(urllib.request.urlopen, ...), or an asynchronous client",
    "urllib.request.urlretrieve": "await asyncio.to_thread(urllib.request.urlretrieve, ...)",
    "subprocess.run": "await asyncio.create_subprocess_exec(...)",
    "subprocess.call": "await asyncio.create_subprocess_exec(...)",
    "subprocess.check_call": "await asyncio.create_subprocess_exec(...)",
    "subprocess.check_output": "await asyncio.create_subprocess_exec(...)",
    "subprocess.getoutput": "await asyncio.create_subprocess_shell(...)",
    "os.system": "await asyncio.create_subprocess_shell(...)",
    "os.wait": "await process.wait() of asyncio's subprocesses",
    "socket.create_connection": "await asyncio.open_connection(...)",
    "socket.getaddrinfo": "await loop.getaddrinfo(...)",
    "socket.gethostbyname": "await loop.getaddrinfo(...)",
    "select.select": "asyncio's streams",
    **{f"requests.{verb}": f"await asyncio.to_thread(requests.{verb}, ...), or an asynchronous client" for verb in _HTTP},
    **{f"httpx.{verb}": "httpx.AsyncClient" for verb in _HTTP if verb != "request"},
}

# Methods that hold up the loop, by what they are called on.
BLOCKING_METHODS: dict[str, tuple[tuple[str, ...], str]] = {
    "requests.Session": (_HTTP, "await asyncio.to_thread(...), or an asynchronous client"),
    "socket": (("recv", "recvfrom", "recv_into", "accept", "connect", "sendall"), "loop.sock_recv and its kin, or asyncio's streams"),
    "threading.Thread": (("join",), "await asyncio.to_thread(thread.join)"),
    "threading.Event": (("wait",), "asyncio.Event, or await asyncio.to_thread(event.wait)"),
    "threading.Condition": (("wait", "wait_for"), "asyncio.Condition"),
    "queue.Queue": (("get", "join"), "asyncio.Queue"),
}
