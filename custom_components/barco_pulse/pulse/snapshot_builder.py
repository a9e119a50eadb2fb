"""Build a snapshot of what all parts of the client know."""

from .api import PulseClient
from .pending import PendingCommands
from .phase import PowerPhaseTracker
from .session import Session
from .sleep import SleepMonitor
from .snapshot import Snapshot
from .state import ProjectorState
from .sync import Synchronizer


class SnapshotBuilder:
    """Builds snapshots. Changes nothing."""

    def __init__(
        self,
        client: PulseClient,
        session: Session,
        state: ProjectorState,
        sync: Synchronizer,
        phase: PowerPhaseTracker,
        pending: PendingCommands,
        sleep: SleepMonitor,
    ) -> None:
        """Read from these parts."""
        self._client = client
        self._session = session
        self._state = state
        self._sync = sync
        self._phase = phase
        self._pending = pending
        self._sleep = sleep

    def build(self) -> Snapshot:
        """Return what is known now."""
        client, session, sleep = self._client, self._session, self._sleep
        error, unexpected_for = session.outage.error, session.outage.unexpected_for
        return self._state.snapshot(
            error,
            self._phase.values | self._pending.waiting,
            asleep=sleep.may_be_asleep(error, unexpected_for),
            pin_refused=client.pin_refused
            and not (
                session.pin.unreadable and client.pin_questionable and sleep.is_starting
            ),
            control_denied=session.control_denied,
            assumed_asleep=self._phase.assumed_asleep,
            connection_limit_reached=sleep.is_connection_limit(error, unexpected_for),
            mismatched_identity=getattr(error, "identity", None),
            storage_version=self._sync.storage_version + self._phase.version,
        )
