CMD_DRAIN = "drain"
CMD_STOP = "stop"
