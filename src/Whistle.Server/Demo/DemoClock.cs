namespace Whistle.Server.Demo;

/// <summary>
/// The clock of the server that a demo is built in: it stands still, somewhere in the past, until it is moved forward.
/// Whoever waits on it wakes as the move passes the end of the wait, so a batch that is due in between runs.
/// </summary>
internal sealed class DemoClock(DateTimeOffset start) : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<Alarm> _alarms = [];
    private DateTimeOffset _now = start;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
            return _now;
    }

    /// <summary>Moves forward; a moment that has passed is refused.</summary>
    public void MoveTo(DateTimeOffset moment)
    {
        List<Alarm> due;
        lock (_gate)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(moment, _now);
            _now = moment;
            due = _alarms.FindAll(a => a.IsDue(_now));
        }
        foreach (var alarm in due)
            alarm.Ring();
    }

    public void Advance(TimeSpan by) => MoveTo(GetUtcNow() + by);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (period > TimeSpan.Zero)
            throw new NotSupportedException("The clock of a demo rings once per timer.");
        var alarm = new Alarm(this, () => callback(state));
        alarm.Change(dueTime, period);
        return alarm;
    }

    private sealed class Alarm(DemoClock clock, Action ring) : ITimer
    {
        private DateTimeOffset? _due;

        public bool IsDue(DateTimeOffset now) => _due <= now;

        public void Ring()
        {
            lock (clock._gate)
            {
                if (_due is null)
                    return;
                _due = null;
                clock._alarms.Remove(this);
            }
            ring();
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate)
            {
                clock._alarms.Remove(this);
                _due = dueTime < TimeSpan.Zero ? null : clock._now + dueTime;
                if (_due is not null)
                    clock._alarms.Add(this);
            }
            if (dueTime == TimeSpan.Zero)
                ThreadPool.QueueUserWorkItem(static a => a.Ring(), this, preferLocal: false);
            return true;
        }

        public void Dispose()
        {
            lock (clock._gate)
            {
                _due = null;
                clock._alarms.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
