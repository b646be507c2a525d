"""Parts that several groups answer with. Output shapes document; plain functions fill them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class FailureOut(serializers.Serializer[Any]):
    """Why something failed, who has to act, and whether trying again is safe."""

    code = serializers.CharField()
    step = serializers.CharField()
    cause = serializers.CharField()
    remedy = serializers.CharField()
    who = serializers.ChoiceField(choices=["platform", "agency", "customer"])
    retry_safe = serializers.BooleanField()
