"""The machine on which figures were taken."""

from __future__ import annotations

import os
import platform
import sqlite3
from pathlib import Path

import psutil

from benchmarks.bench import Bench, connected


async def machine(bench: Bench) -> dict[str, str]:
    """Return what a reader needs to compare figures with their own."""
    connection = await connected(bench.server)
    postgresql = await connection.fetchval("SHOW server_version")
    await connection.close()
    return {
        "processor": f"{_processor()}, {os.cpu_count()} cores",
        "load": f"{os.getloadavg()[0]:.1f} processes wished to run in the minute before",
        "memory": f"{psutil.virtual_memory().total / 2**30:.0f} GiB",
        "disk": f"{_filesystem(bench.folder)}, every commit waits for it",
        "system": f"{platform.system()} {platform.release()}",
        "Python": platform.python_version(),
        "SQLite": f"{sqlite3.sqlite_version}, WAL, synchronous=FULL",
        "PostgreSQL": f"{str(postgresql).split()[0]}, on a socket, fsync=on, synchronous_commit=on",
    }


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text(encoding="utf-8").splitlines() if cpuinfo.exists() else []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or platform.machine())


def _filesystem(folder: Path) -> str:
    at = str(folder.resolve())
    parts = [p for p in psutil.disk_partitions(all=True) if at.startswith(p.mountpoint)]
    return str(max(parts, key=lambda p: len(p.mountpoint)).fstype) if parts else "unknown"
