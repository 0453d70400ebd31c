"""Answers a command with its own properties, and sends data and frames back where they go on in the graph."""

from ten_runtime import AsyncExtension, AsyncTenEnv, AudioFrame, Cmd, CmdResult, Data, StatusCode, VideoFrame


class EchoExtension(AsyncExtension):
    async def on_cmd(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        result = CmdResult.create(StatusCode.OK, cmd)
        properties, _ = cmd.get_property_to_json()
        result.set_property_from_json(None, properties)
        await ten_env.return_result(result)

    async def on_data(self, ten_env: AsyncTenEnv, data: Data) -> None:
        await ten_env.send_data(data.clone())

    async def on_audio_frame(self, ten_env: AsyncTenEnv, audio_frame: AudioFrame) -> None:
        await ten_env.send_audio_frame(audio_frame.clone())

    async def on_video_frame(self, ten_env: AsyncTenEnv, video_frame: VideoFrame) -> None:
        await ten_env.send_video_frame(video_frame.clone())
