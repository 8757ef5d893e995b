using System.Runtime.ExceptionServices;
using DeepLearning.Backends;

namespace DeepLearning.Data;

/// <summary>
/// Threads that compute the values of a function of 0, 1, 2 … ahead of the one who takes them in order. They are threads of their own:
/// a taker that waits on a thread of the pool, or a pool without a free thread, stops nothing. All have ended when
/// <see cref="Dispose"/> returns; one that was never disposed lets them end when the collector finds it.
/// </summary>
/// <typeparam name="T">The type of the values.</typeparam>
internal sealed class ReadAhead<T> : IDisposable
{
    private readonly CancellationToken _cancellation;
    private readonly CancellationTokenSource _ended;
    private readonly CancellationTokenRegistration _wake;
    private readonly Shared _shared;
    private readonly List<Thread> _threads = [];

    /// <summary>Starts the threads.</summary>
    /// <param name="read">The function; called on several threads at once.</param>
    /// <param name="first">The first number.</param>
    /// <param name="end">The number after the last.</param>
    /// <param name="threads">How many threads at most.</param>
    /// <param name="capacity">How many values may be under way or waiting to be taken.</param>
    /// <param name="cancellation">Handed to the function, and ends a wait.</param>
    public ReadAhead(Func<int, CancellationToken, T> read, int first, int end, int threads, int capacity, CancellationToken cancellation)
    {
        _cancellation = cancellation;
        _ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _shared = new Shared(read, first, end, Math.Max(1, Math.Min(capacity, end - first)), _ended.Token);
        _wake = _ended.Token.UnsafeRegister(static s => ((Shared)s!).Wake(), _shared);
        try
        {
            while (_threads.Count < Math.Min(threads, end - first))
            {
                // The context flows to it, so that text is read under the caller's culture.
                Thread thread = new(_shared.Run) { IsBackground = true, Name = $"DeepLearning reader {_threads.Count + 1}" };
                thread.Start();
                _threads.Add(thread);
            }
        }
        catch (Exception e) when (e is OutOfMemoryException or ThreadStartException or PlatformNotSupportedException)
        {
            // Fewer threads read; with none at all the taker reads for itself.
        }
    }

    // Nothing is there to stop when the constructor failed.
    ~ReadAhead() => _shared?.Stop();

    /// <summary>The next value, waited for when it is not there yet.</summary>
    /// <exception cref="OperationCanceledException">Canceled.</exception>
    /// <remarks>What the function threw is thrown here, in the value's turn.</remarks>
    public T Take()
    {
        try
        {
            return _threads.Count == 0 ? _shared.Compute() : _shared.Take();
        }
        catch (OperationCanceledException) when (_cancellation.IsCancellationRequested)
        {
            // The caller's token, not the one of this object, is what the caller can compare.
            throw new OperationCanceledException(_cancellation);
        }
        finally
        {
            GC.KeepAlive(this);
        }
    }

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        _shared.Stop();
        _ended.Cancel();
        foreach (Thread thread in _threads)
        {
            thread.Join();
        }

        _wake.Dispose();
        _ended.Dispose();
    }

    /// <summary>What the threads and the taker share; it does not refer to the object above, so that the collector can find that.</summary>
    private sealed class Shared(Func<int, CancellationToken, T> read, int first, int end, int capacity, CancellationToken cancellation)
    {
        private readonly object _arrived = new();
        private readonly object _room = new();
        private readonly Slot[] _slots = new Slot[capacity];
        private int _free = capacity;
        private int _next = first;
        private int _taken = first;
        private bool _stopped;

        public void Run()
        {
            Workers.StayOnThisThread();
            while (Claim() is { } number)
            {
                Slot slot = new() { Number = number, IsFull = true };
                try
                {
                    slot.Value = read(number, cancellation);
                }
                catch (Exception e)
                {
                    slot.Error = e;
                }

                lock (_arrived)
                {
                    _slots[number % _slots.Length] = slot;
                    if (number == _taken)
                    {
                        Monitor.Pulse(_arrived);
                    }
                }
            }
        }

        public T Take()
        {
            Slot slot;
            lock (_arrived)
            {
                while (true)
                {
                    cancellation.ThrowIfCancellationRequested();
                    slot = _slots[_taken % _slots.Length];
                    if (slot.IsFull && slot.Number == _taken)
                    {
                        break;
                    }

                    Monitor.Wait(_arrived);
                }

                _slots[_taken % _slots.Length] = default;
                _taken++;
            }

            if (slot.Error is { } error)
            {
                ExceptionDispatchInfo.Throw(error);
            }

            lock (_room)
            {
                _free++;
                Monitor.Pulse(_room);
            }

            return slot.Value!;
        }

        public T Compute() => read(_taken++, cancellation);

        public void Stop()
        {
            lock (_room)
            {
                _stopped = true;
                Monitor.PulseAll(_room);
            }
        }

        public void Wake()
        {
            lock (_arrived)
            {
                Monitor.Pulse(_arrived);
            }
        }

        /// <summary>The next number when there is room for its value; null when nothing is left to do.</summary>
        private int? Claim()
        {
            lock (_room)
            {
                while (_free == 0 && _next < end && !_stopped)
                {
                    Monitor.Wait(_room);
                }

                if (_next >= end || _stopped)
                {
                    return null;
                }

                _free--;
                if (_next == end - 1)
                {
                    // The others wait for nothing any more.
                    Monitor.PulseAll(_room);
                }

                return _next++;
            }
        }

        private struct Slot
        {
            public int Number;
            public bool IsFull;
            public T? Value;
            public Exception? Error;
        }
    }
}
