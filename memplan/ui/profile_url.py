"""The engine, and what shares memory, in the URL: `profile=tflm&share=views,pieces`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from memplan.profiles import PROFILES, profile_named
from memplan.study import PARALLEL_TYPES, Settings
from memplan.ui.session import Session, usual_planner

__all__ = ["read_profile", "usual_settings", "write_profile"]

_PARTS = ("in_place", "views", "pieces")
_NONE = "none"


def usual_settings(session: Session) -> Settings:
    """What a query need not say: the engine's settings, or those of a first visit."""
    by_type = session.opened is not None and session.opened.net.type in PARALLEL_TYPES
    usual = usual_planner(parallel=by_type, dialect=session.dialect, placed=session.placed)
    own = Settings(planner=usual)
    profile = PROFILES.get(session.settings.profile or "")
    return own if profile is None else profile.applied_to(own)


def write_profile(session: Session) -> dict[str, str]:
    """The engine, and what is shared otherwise than there."""
    settings = session.settings
    query = {} if settings.profile is None else {"profile": settings.profile}
    if settings.sharing != usual_settings(session).sharing:
        shared = [part for part in _PARTS if getattr(settings.sharing, part)]
        query["share"] = ",".join(shared) or _NONE
    return query


def read_profile(session: Session, query: Mapping[str, str]) -> None:
    """Take over the engine of a query; without one, own settings hold.

    Raises:
        UnknownProfile: There is no such engine.
    """
    session.change(profile=None)
    if "profile" in query:
        session.settings = profile_named(query["profile"]).applied_to(session.settings)
    sharing = usual_settings(session).sharing
    if "share" in query:
        said = query["share"].split(",")
        in_place, views, pieces = (part in said for part in _PARTS)
        sharing = replace(sharing, in_place=in_place, views=views, pieces=pieces)
    session.change(sharing=sharing)
