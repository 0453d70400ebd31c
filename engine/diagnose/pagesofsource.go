package diagnose

import "maps"

func init() { maps.Copy(Pages, ofSource) }

// ofSource are the pages of rules about files that were read and not run: the sources of Python packages, their manifests.
var ofSource = map[string]Page{
	// Files that cannot be read, names that are not there.
	"syntax-error": {
		"Python cannot read the file, so importing the package fails and its addon is never registered.",
		"The interpreter that would run the package reads each of its files. Where a colon is all that is missing the file is read on as though it were there; what is found then says so.",
		"Mend the line. What else is wrong in the file shows itself after that."},
	"undefined-name": {
		"A name is used that nothing defines or imports: a NameError, at the import where it stands in a class body or an annotation, else when the line runs.",
		"Proven: no assignment, import, parameter, loop or builtin of that name is in sight. A file with a star import from elsewhere is left alone.",
		"Import it, or correct the name."},
	"import-missing": {
		"A module of the package, or one of TEN's, is asked for a name that it does not have: an ImportError, and the addon is never registered.",
		"Proven for imports within the package and from ten_runtime and ten; for others, which depend on what is installed, there is not-installed.",
		"Correct the name, or add what is missing. An import in a try is left alone."},
	"not-installed": {
		"A module that the package imports is not installed in the interpreter that would run it: a ModuleNotFoundError, and the addon is never registered.",
		"The interpreter does not find the module, and it is neither TEN's nor in the package, its app or a system package of that. Imports in a try, an if or a function are left alone, and so are packages that change sys.path.",
		"Run the command that the finding gives: it installs into that very interpreter. Another one is chosen by a .venv in the package, or by python.interpreter in config.toml."},
	"attribute-never-set": {
		"An attribute of self is read, but nothing in the class or its bases sets it: an AttributeError when the line runs.",
		"Proven: all bases are known and none of their methods, nor any other code of the package, sets an attribute of that name.",
		"Set it in __init__ or in on_init. ten_env is handed to each callback; keep it with self.ten_env = ten_env if tasks need it."},
	"handler-fails": {
		"An except clause uses an attribute that nothing sets, so it raises itself: the error it should have dealt with ends the loop or the task.",
		"Follows from attribute-never-set.",
		"Set the attribute, or log in another way."},
	"defined-twice": {
		"A class, function or method is defined a second time in one file. The first one is gone without a word.",
		"Proven: nothing uses the first between the two. Overloads, properties and alternatives in try or if are left alone.",
		"Give one of them another name, or remove it."},

	// Coroutines and tasks.
	"coroutine-not-awaited": {
		"A coroutine function is called, but nothing awaits what it returns, so it never runs. Python says so at best in a RuntimeWarning.",
		"Proven: the function is known to be a coroutine function (the package's own, asyncio's, those of ten_env) and what it returns is dropped, tested or put into text.",
		"Write await in front of it, or make a task of it and keep that."},
	"await-of-plain": {
		"What is awaited is no coroutine: a TypeError after the call was made.",
		"Proven: the function is known to return something else, as log_info and the getters of messages do. send_cmd_ex gives a generator: async for goes through it.",
		"Remove the await, or go through it with async for."},
	"task-dropped": {
		"A task is made and kept by nobody. The loop holds tasks weakly, so it may be collected while it runs; on_stop cannot await or cancel it; an exception in it is seen by nobody.",
		"The value of create_task or ensure_future is thrown away.",
		"Keep it, self._task = asyncio.create_task(...), and in on_stop end it and await it."},
	"blocking-call": {
		"A coroutine calls what waits without awaiting. All asynchronous extensions of the process share one loop: meanwhile none of them handles anything.",
		"The call is one of those known to block (time.sleep, requests, urlopen, subprocess.run, sockets, queues and locks of threads), directly or through a plain function of the package.",
		"Use what the remedy names, or await asyncio.to_thread(...)."},
	"loop-in-loop": {
		"A coroutine starts a loop of its own, or runs the one it is on: a RuntimeError, for a loop runs already.",
		"Proven: asyncio.run, or run_until_complete of the running loop, inside a coroutine.",
		"Await the coroutine."},
	"get-event-loop": {
		"asyncio.get_event_loop in a coroutine works, but is discouraged: elsewhere it makes loops or fails, by version.",
		"The call stands in a coroutine.",
		"Write asyncio.get_running_loop(), or asyncio.create_task where a task is all you want."},
	"loop-never-yields": {
		"A loop in a coroutine goes round without ever awaiting, so nothing else runs on the event loop any more.",
		"Proven: it has no await and no way out, or does nothing but wait for something that only other code could change.",
		"Await something in it: an asyncio.Event, a queue, asyncio.sleep."},
	"stage-never-ends": {
		"A stage of the lifecycle stays in a loop, or never says that it is done. on_stop waits for the running stage, so the extension cannot be stopped.",
		"on_configure, on_init or on_start holds or awaits a loop that ends by nothing that happens before stop; a synchronous one never calls its on_..._done.",
		"Start the loop with asyncio.create_task and end it in on_stop; call on_..._done in synchronous extensions."},
	"slow-start": {
		"The stages before running sleep. Messages wait until on_init has ended, and a stage of more than 100 ms draws a warning of the runtime.",
		"The sleeps with constant durations in on_configure, on_init and on_start are added up.",
		"Do what takes long in a task that on_start creates."},
	"answers-overtake": {
		"Each command is handled by a task of its own. While one sleeps, later ones overtake it: the answers come back in another order.",
		"on_cmd answers all commands alike and sleeps in between.",
		"Nothing, if the order does not matter; else put the commands into a queue that one task empties."},

	// Queues and state.
	"shared-class-state": {
		"A queue, lock, list or dict is made in the class body: once, for all instances. Two nodes of one addon share it, and with a loop for each the second one fails to use it.",
		"The object is made in the class body of an extension, no method replaces it, and methods change it.",
		"Create it in __init__, after super().__init__(name), or in on_init."},
	"queue-without-producer": {
		"A queue is read, but nothing puts a value into it, at most the None that ends the reader: whoever waits for it waits for ever.",
		"No put or put_nowait of a value into it is in the package, and it is handed to nobody.",
		"Fill it where the work comes in, in on_cmd or on_data."},
	"queue-unbounded": {
		"A queue has no bound. If work comes in faster than it is done, it grows until memory ends; and at stop nobody may wait for what is still in it.",
		"asyncio.Queue() without maxsize. It is a warning where the task that reads it is kept by nobody, so that on_stop cannot wait for it.",
		"Give it a maxsize and decide what happens when it is full; await queue.join() or the reader in on_stop."},
	"catch-all-in-loop": {
		"A loop waits for a queue inside a try whose handler takes every exception. If the waiting itself keeps failing, the loop spins: a flood of log lines and a busy processor.",
		"The awaited get stands in the try, its handler catches Exception, and does not raise, return, break or await.",
		"Put the try around the processing alone, or pause in the handler."},

	// Extensions and how they present themselves.
	"no-addon": {
		"Nothing registers an addon, or importing the package does not reach the module that does: no node can be made of it.",
		"Proven: no call of register_addon_as_extension is in the package, or none is in what its __init__.py imports.",
		"Write addon.py with @register_addon_as_extension(\"name\") and import it in __init__.py. tenbench new python NAME makes a whole package."},
	"names-disagree": {
		"The addon's registered name, the manifest's name and the folder's name are not the same. The runtime looks for an addon in the folder of its name.",
		"The three are compared; the folder's only where the package is installed in ten_packages/extension.",
		"Give all three the same name."},
	"super-init-missing": {
		"__init__ does not call the one of its base class, so what the runtime needs is never set up, or the base gets no name.",
		"Proven for AsyncExtension and the asynchronous tester, whose constructors set things up.",
		"Begin with super().__init__(name)."},
	"callback-kind": {
		"A callback of an asynchronous extension is no coroutine, or one of a synchronous extension is one: the runtime cannot run it.",
		"Proven: the class derives from AsyncExtension or Extension, and the callback is written the other way.",
		"Write async def, or def; or derive from the other class."},
	"callback-arguments": {
		"A callback takes other arguments than the runtime passes: a TypeError at every call.",
		"Proven: the runtime passes the env, and to the callbacks of messages the message.",
		"Write it as the remedy says."},
	"no-on-cmd": {
		"The extension has no on_cmd. A command that is sent to it is answered by the timeout alone.",
		"Neither the class nor a base of it in the package defines on_cmd.",
		"Nothing, if no command is connected to it; else answer commands in on_cmd."},
	"annotation-lacks-none": {
		"An attribute is annotated as an event loop, but is None at first.",
		"The annotation and the value stand in one line.",
		"Annotate it as asyncio.AbstractEventLoop | None, or do without it."},

	// Commands and messages.
	"no-dispatch": {
		"on_cmd answers every command in the same way, so also those that it does not know get an answer that looks right.",
		"on_cmd returns results but never asks for the command's name.",
		"Look at cmd.get_name(), and answer what is unknown with an ERROR result."},
	"cmd-unanswered": {
		"on_cmd never returns a result: whoever sends a command here waits for its timeout.",
		"There is no return_result in on_cmd, and the command is handed to nobody.",
		"Return CmdResult.create(StatusCode.OK, cmd)."},
	"exit-unanswered": {
		"A way through on_cmd ends without a result, such as a name it does not know, an early return, or an except that only logs. Whoever sent that command waits for its timeout.",
		"Each way through the handler is followed. One on which the command, or a result made for it, was given to anything (a helper, a queue, a task, a closure) counts as answered, and so does one that raises.",
		"Return a result on that way too; CmdResult.create(StatusCode.ERROR, cmd) for what cannot be done."},
	"cmd-undeclared": {
		"A command is sent, or handled, whose name the api of manifest.json does not give under cmd_out or cmd_in. Its properties are not checked, and who connects the package does not see it.",
		"Names that the source tells are compared with the api and the interfaces it imports. Nothing is said where the api declares no command at all, or an interface cannot be read. A name almost like a declared one is a warning.",
		"Add the name to the api, or correct it."},
	"no-error-answer": {
		"If something fails in on_cmd before the answer, there is no answer: older runtimes say nothing, later ones end the process.",
		"on_cmd awaits the answer of another command before its own and catches nothing.",
		"Catch Exception, and return an ERROR result that says why."},
	"endless-chain": {
		"Every command makes on_cmd send another one. If the graph leads that back to this extension, by whatever way, they never end.",
		"on_cmd sends a command whatever it was asked.",
		"Do not send for the name that you send, and see that the graph has no such cycle."},
	"send-unguarded": {
		"A command is sent and its failure is not thought of. If the graph connects it with nobody, 0.4 waits for ever, and later runtimes give None with an error, or raise.",
		"Neither the error nor the result is asked about, and nothing catches the failure.",
		"Look at the error first: result, err = await ten_env.send_cmd(cmd). With the older package, wait with asyncio.wait_for."},
	"status-unread": {
		"The result of a command is passed on, and nobody looks at its status: an ERROR goes on as it is.",
		"The result is stored, but get_status_code is not called on it.",
		"Nothing, if that is meant; else look at get_status_code()."},
	"used-after-send": {
		"A message is used after it was sent. Sending takes the content: reading it is a ValueError then, and a result made from it reaches nobody.",
		"Proven: the same name is used further down on the same way, and not given another value in between.",
		"Take what you need from it first, or send msg.clone()."},
	"value-error-pair": {
		"The getters of ten_runtime give a pair, (value, error). Here it is used as though it were the value: a pair is always true and never equal to a string.",
		"Proven: the name or the call is known to hold such a pair.",
		"Unpack it: value, err = ..."},
	"method-not-called": {
		"A method is compared or tested without being called. The method itself is always true, and equal to nothing.",
		"Proven: the attribute is known to be a method.",
		"Add the parentheses."},
	"no-such-method": {
		"The class has no method of that name: an AttributeError when the line runs.",
		"Proven for the classes of ten_runtime and ten, by what their runtimes have.",
		"Use what the remedy names."},
	"wrong-argument": {
		"A call gives the runtime what it refuses: a keyword where messages take none, a number where TenError wants a TenErrorCode, a destination without an app.",
		"Proven: what is called and what it is given stand in the source.",
		"Write it as the remedy says."},
	"stops-loop": {
		"A coroutine stops or closes the event loop that it runs on. That loop belongs to the runtime and to all other extensions of the process.",
		"Proven: stop or close is called on what asyncio.get_running_loop returned.",
		"Cancel your own tasks, and leave the loop alone."},
	"set-too-late": {
		"A handler reads what only on_start sets. Messages are handed out as soon as on_init is done, so before and while on_start runs: then the attribute is not there.",
		"Nothing but on_start sets the attribute, and on_cmd, on_data or a handler of frames reads it.",
		"Set it in __init__ or on_init."},
	"property-timing": {
		"Properties are read before they are there, or seeded when it is too late: on_configure is for init_property_from_json alone, all else is from on_init on.",
		"Proven for init_property_from_json outside on_configure: the runtime refuses it.",
		"Move the call to the other stage."},
	"logs-content": {
		"All that a message holds goes into the log, which may be private; at level debug it is usually not seen at all.",
		"What to_json or get_property_to_json() without a path returned stands in a log call.",
		"Log the name, and what you need of it."},
	"portability": {
		"The line is fine for the older package ten, and will not work with a later runtime.",
		"The package is written for ten (0.4); to_json, results without await, *_done in coroutines and the package's name have changed since.",
		"Nothing, as long as the older package runs it; else write it as the remedy says."},

	// Manifests and properties.
	"manifest": {
		"manifest.json does not say what the runtime and tman want to know of a package, or not in the form they read.",
		"It is read as they read it: type, name, version, dependencies, and api with its messages and their properties.",
		"Write it as the remedy says."},
	"property-file": {
		"property.json cannot be read: it is no JSON, or no object.",
		"It is read as the runtime reads it.",
		"Mend it at the place named; an empty one holds {}."},
	"unread": {
		"The sources of a package could not be read, because no interpreter can.",
		"They are read by the Python that would run them.",
		"Install Python 3.10 or newer, or set python.interpreter in config.toml."},
}
