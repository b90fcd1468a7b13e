using TrailLake.Lake;
using TrailLake.Storage;

namespace TrailLake.Tests.Lake;

/// <summary>Who may write to a lake: one at a time, or the shards of one sharing-out; and what becomes of a dead owner's lock.</summary>
public sealed class LakeLockTests : IDisposable
{
    static readonly LockTimes Quick = new() { Look = TimeSpan.FromMilliseconds(1) };

    readonly TempFolder _folder = new();
    readonly SteppedClock _clock = new();
    readonly List<string> _warnings = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_second_one_is_told_who_holds_the_lake()
    {
        using (Take("a"))
        {
            var refused = Assert.Throws<LakeException>(() => Take("b"));
            Assert.StartsWith($"{_folder.Root}: expected to be the only one that writes here, found run a of {Environment.UserName} on {Environment.MachineName}, process {Environment.ProcessId}", refused.Message, StringComparison.Ordinal);
            Assert.Equal(["a.json"], Locks());
        }
        Take("b").Dispose();
        Assert.Empty(Locks());
    }

    [Theory]
    [InlineData(null, "1/4", true)]
    [InlineData("1/4", null, true)]
    [InlineData("1/4", "1/4", true)]
    [InlineData("1/4", "2/3", true)]
    [InlineData("1/4", "2/4", false)]
    public void Shards_of_one_sharing_out_are_at_peace_and_all_else_is_not(string? first, string? second, bool conflicts)
    {
        using var held = Take("a", first);
        var taking = () => Take("b", second).Dispose();
        if (conflicts)
            Assert.Throws<LakeException>(taking);
        else
            taking();
    }

    [Fact]
    public void Who_waits_goes_on_when_the_other_ends()
    {
        var first = Take("b");
        using var waiting = new ManualResetEventSlim();
        var second = new Thread(() => Take("a", waits: true, warn: _ => waiting.Set()).Dispose());
        second.Start();
        waiting.Wait(TestContext.Current.CancellationToken);
        Assert.Equal(["b.json"], Locks());
        first.Dispose();
        second.Join();
        Assert.Empty(Locks());
    }

    [Fact]
    public void Waiting_can_be_ended()
    {
        using var first = Take("a");
        using var cancel = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => Take("b", waits: true, warn: _ => cancel.Cancel(), cancel: cancel));
        Assert.Equal(["a.json"], Locks());
    }

    [Fact]
    public async Task Of_many_that_start_at_once_one_at_a_time_holds_the_lake()
    {
        var (holders, most, done) = (0, 0, 0);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(number => Task.Factory.StartNew(() =>
        {
            for (var round = 0; round < 10; round++)
            {
                using var held = Take($"{number}-{round}", waits: true);
                most = Math.Max(most, Interlocked.Increment(ref holders));
                held.Require();
                Interlocked.Decrement(ref holders);
                Interlocked.Increment(ref done);
            }
        }, TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default))); // a failure of one is the test's
        Assert.Equal((1, 80), (most, done));
    }

    // Of a dozen that begin at once each would else always see another's claim, and none would ever hold the lake.
    [Fact]
    public void Who_has_made_way_claims_nothing_until_the_other_is_gone()
    {
        Leave(Owner("a") with { IsHeld = false });
        using var cancel = new CancellationTokenSource();
        var store = new CountedLocks(LocalStore.OpenLake(_folder.Root), looks => { if (looks == 10) cancel.Cancel(); });
        Assert.Throws<OperationCanceledException>(() => LakeLock.Take(store, "b", new(null, true, _ => { }, _clock, cancel.Token) { Times = Quick }));
        Assert.Equal((10, 1), (store.Looks, store.Claims));
        File.Delete(Path.Combine(_folder.Root, LakeLock.Folder, "a.json"));
        LakeLock.Take(store, "b", new(null, false, _ => { }, _clock, default) { Times = Quick }).Dispose();
    }

    // As one that waits does: to a reader it was not there, and then it is.
    [Fact]
    public void A_lock_that_is_withdrawn_and_claimed_again_while_it_is_read_is_read_again()
    {
        using var held = Take("a");
        var reads = 0;
        var store = new FaultyStore(LocalStore.OpenLake(_folder.Root))
        {
            Opening = key =>
            {
                if (key.EndsWith("a.json", StringComparison.Ordinal) && reads++ == 0)
                    throw new StoreException($"{key}: cannot read it: it does not exist; check the path.");
            },
        };
        var refused = Assert.Throws<LakeException>(() => LakeLock.Take(store, "b", new(null, false, _ => { }, _clock, default) { Times = Quick }));
        Assert.Contains("found run a of", refused.Message, StringComparison.Ordinal);
        Assert.Equal(2, reads);
    }

    [Fact]
    public void A_run_that_ended_while_its_lock_was_read_is_not_called_dead()
    {
        Leave(Owner("a") with { ProcessStart = "another" });
        var store = new EndingLocks(LocalStore.OpenLake(_folder.Root));
        LakeLock.Take(store, "b", new(null, true, text => _warnings.Add(text), _clock, default) { Times = Quick }).Dispose();
        Assert.Empty(_warnings);
        Assert.Empty(Locks());
    }

    [Fact]
    public void The_lock_of_a_process_that_is_gone_is_removed_at_once()
    {
        Leave(Owner("dead") with { ProcessStart = "another" });
        Take("b").Dispose();
        Assert.Contains("run dead of", Assert.Single(_warnings), StringComparison.Ordinal);
        Assert.Empty(Locks());
    }

    [Fact]
    public void An_owner_on_another_machine_is_dead_when_it_gives_no_sign_of_life_while_it_is_watched()
    {
        Leave(Owner("far") with { Place = "elsewhere", HeartbeatAt = _clock.GetUtcNow() - TimeSpan.FromSeconds(61) });
        _clock.StepsBy(TimeSpan.FromSeconds(1));
        Take("b").Dispose();
        Assert.InRange((_clock.GetUtcNow() - SteppedClock.Start).TotalSeconds, 20, 80); // twice the heartbeat
        Assert.Single(_warnings);
    }

    [Fact]
    public void An_owner_whose_clock_is_behind_lives_as_long_as_its_heart_beats()
    {
        var far = Owner("far") with { Place = "elsewhere", HeartbeatAt = _clock.GetUtcNow() - TimeSpan.FromHours(3) };
        Leave(far);
        var beats = 0;
        _clock.StepsBy(TimeSpan.FromSeconds(5), () =>
        {
            if (++beats < 40)
                Leave(far with { HeartbeatAt = far.HeartbeatAt + TimeSpan.FromSeconds(beats) });
            else
                File.Delete(Path.Combine(_folder.Root, LakeLock.Folder, "far.json")); // it ended well
        });
        Take("b", waits: true).Dispose();
        Assert.InRange(beats, 40, 60);
        Assert.DoesNotContain(_warnings, warning => warning.Contains("is dead", StringComparison.Ordinal));
    }

    [Fact]
    public void Who_does_not_wait_is_told_so_where_the_owners_clock_is_behind_and_its_heart_beats()
    {
        var far = Owner("far") with { Place = "elsewhere", HeartbeatAt = _clock.GetUtcNow() - TimeSpan.FromHours(3) };
        Leave(far);
        var beats = 0;
        _clock.StepsBy(TimeSpan.FromSeconds(5), () => Leave(far with { HeartbeatAt = far.HeartbeatAt + TimeSpan.FromSeconds(10 * ++beats) }));
        Assert.Contains("found run far of", Assert.Throws<LakeException>(() => Take("b")).Message, StringComparison.Ordinal);
        Assert.InRange(beats, 2, 4);
    }

    // Stopped by Ctrl-Z, say, in the middle of publishing: it goes on some day.
    [Fact]
    public void An_owner_that_is_seen_to_live_keeps_its_lock_though_its_heart_does_not_beat()
    {
        Leave(Owner("stopped") with { HeartbeatAt = _clock.GetUtcNow() - TimeSpan.FromHours(3) });
        _clock.StepsBy(TimeSpan.FromMinutes(1));
        Assert.Contains("found run stopped of", Assert.Throws<LakeException>(() => Take("b")).Message, StringComparison.Ordinal);
        Assert.Equal(["stopped.json"], Locks());
    }

    [Fact]
    public void An_owner_on_another_machine_with_a_fresh_sign_of_life_is_left_alone()
    {
        Leave(Owner("far") with { Place = "elsewhere" });
        Assert.Throws<LakeException>(() => Take("b"));
        Assert.Equal(["far.json"], Locks());
    }

    [Fact]
    public void Two_that_break_a_dead_lock_at_once_do_not_hold_the_lake_both()
    {
        for (var round = 0; round < 20; round++)
        {
            Leave(Owner("dead") with { ProcessStart = "another" });
            var holders = 0;
            Parallel.For(0, 4, new ParallelOptions { MaxDegreeOfParallelism = 4 }, number =>
            {
                using var held = Take($"{number}", waits: true);
                Assert.Equal(1, Interlocked.Increment(ref holders));
                Interlocked.Decrement(ref holders);
            });
            Assert.Empty(Locks());
        }
    }

    [Fact]
    public void An_owner_whose_lock_was_taken_over_publishes_nothing()
    {
        using var held = Take("a");
        File.Delete(Path.Combine(_folder.Root, LakeLock.Folder, "a.json"));
        Assert.Contains("taken over", Assert.Throws<LakeException>(held.Require).Message, StringComparison.Ordinal);
        _clock.Beat();
        Assert.True(held.Lost.IsCancellationRequested);
    }

    [Fact]
    public void A_lock_that_cannot_be_read_counts_as_held_until_it_is_old()
    {
        Directory.CreateDirectory(Path.Combine(_folder.Root, LakeLock.Folder));
        var path = Path.Combine(_folder.Root, LakeLock.Folder, "x.json");
        File.WriteAllText(path, "{");
        File.SetLastWriteTimeUtc(path, _clock.GetUtcNow().UtcDateTime);
        Assert.Throws<LakeException>(() => Take("b"));
        _clock.StepsBy(TimeSpan.FromSeconds(30));
        Take("b", waits: true).Dispose();
        Assert.Empty(Locks());
    }

    LakeLock Take(string runId, string? shard = null, bool waits = false, Action<string>? warn = null, CancellationTokenSource? cancel = null)
    {
        var mine = shard is null ? (Shard?)null : new Shard(shard[0] - '0', shard[2] - '0');
        return LakeLock.Take(LocalStore.OpenLake(_folder.Root), runId + mine?.Suffix, new(mine, waits, warn ?? (text => { lock (_warnings) { _warnings.Add(text); } }), _clock, cancel?.Token ?? default) { Times = Quick });
    }

    LockOwner Owner(string runId) => LockOwner.Me(runId, _clock.GetUtcNow()) with { IsHeld = true };

    void Leave(LockOwner owner) => LocalStore.OpenLake(_folder.Root).Write($"{LakeLock.Folder}/{owner.RunId}.json", owner.ToJson());

    string[] Locks() => [.. Directory.EnumerateFiles(Path.Combine(_folder.Root, LakeLock.Folder)).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    // Whoever holds one lets go of it as soon as it was read.
    sealed class EndingLocks(ObjectStore inner) : PassingStore(inner)
    {
        public override Stream OpenRead(string key)
        {
            var content = Inner.Read(key);
            Inner.Delete(key);
            return new MemoryStream(content);
        }
    }

    sealed class CountedLocks(ObjectStore inner, Action<int> looked) : PassingStore(inner)
    {
        public int Looks { get; private set; }

        public int Claims { get; private set; }

        public override IEnumerable<StoredObject> List(string prefix = "", Action<ListProblem>? report = null)
        {
            looked(++Looks);
            return Inner.List(prefix, report);
        }

        public override bool TryCreate(string key, ReadOnlySpan<byte> content)
        {
            Claims++;
            return Inner.TryCreate(key, content);
        }
    }

    /// <summary>A clock that stands still, or goes on by a step each time that it is asked for how long something took.</summary>
    sealed class SteppedClock : TimeProvider
    {
        public static readonly DateTimeOffset Start = new(2026, 3, 11, 2, 0, 0, TimeSpan.Zero);

        readonly Lock _lock = new();
        readonly List<(TimerCallback Callback, object? State)> _timers = [];
        TimeSpan _step, _passed;
        Action? _onStep;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void StepsBy(TimeSpan step, Action? onStep = null) => (_step, _onStep) = (step, onStep);

        public void Beat() => _timers.ForEach(timer => timer.Callback(timer.State));

        public override DateTimeOffset GetUtcNow()
        {
            lock (_lock)
                return Start + _passed;
        }

        public override long GetTimestamp()
        {
            lock (_lock)
                _passed += _step;
            _onStep?.Invoke();
            return _passed.Ticks;
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            lock (_lock)
                _timers.Add((callback, state));
            return TimeProvider.System.CreateTimer(static _ => { }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }
}
