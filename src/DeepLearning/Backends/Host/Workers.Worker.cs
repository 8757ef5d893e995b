using System.Diagnostics;

namespace DeepLearning.Backends;

internal static unsafe partial class Workers
{
    private static readonly long Rest = Stopwatch.Frequency / 1000;

    /// <summary>One thread, which never keeps the process alive.</summary>
    /// <remarks>
    /// A processor that somebody else uses, too, takes a thread off for milliseconds at a time. What keeps that from holding up every
    /// operation, on Linux: a worker that finds itself on the caller's processor, where it would only take turns with it, moves to
    /// another one; where that does not help for long, it leaves the chunks to the caller, and nobody wakes a worker for a millisecond. A
    /// worker that was taken off in the middle of a chunk is brought to the caller's processor (<see cref="Bring"/>), and leaves it after
    /// the chunk.
    /// </remarks>
    private sealed class Worker(int index)
    {
        private const int Idle = 0;
        private const int Running = 1;
        private const int Bringing = 2;
        private const int Brought = 3;

        private readonly object _gate = new();
        private readonly Processor.Mask _allowed = new();
        private readonly Processor.Mask _one = new();
        private int _parked;
        private int _state;
        private int _thread;
        private long _moved;

        public void Start()
        {
            var thread = new Thread(Loop) { IsBackground = true, Name = $"DeepLearning worker {index + 1}" };
            thread.UnsafeStart();
        }

        /// <summary>Wakes the worker if it is parked; says whether it was.</summary>
        public bool Wake()
        {
            if (Volatile.Read(ref _parked) == 0)
            {
                return false;
            }

            lock (_gate)
            {
                if (_parked == 0)
                {
                    return false;
                }

                _parked = 0;
                Monitor.Pulse(_gate);
                return true;
            }
        }

        /// <summary>Puts the worker on a processor until it has ended its chunk, if it is in one.</summary>
        public void Bring(int processor)
        {
            if (_thread != 0 && Interlocked.CompareExchange(ref _state, Bringing, Running) == Running)
            {
                var brought = Processor.Bring(_thread, processor, _allowed, _one);
                Volatile.Write(ref _state, brought ? Brought : Running);
            }
        }

        private void Loop()
        {
            Volatile.Write(ref _thread, Processor.Thread());
            while (true)
            {
                while (HasWork())
                {
                    var here = Processor.Current();
                    if (here >= 0 && here == Volatile.Read(ref s_shared.Processor) && !MoveFrom(here))
                    {
                        RestUntilWoken();
                        break;
                    }

                    RunChunk();
                }

                if (!SpinForWork())
                {
                    Park();
                    if (HasWork())
                    {
                        WakeOne(Volatile.Read(ref s_workers));
                    }
                }
            }
        }

        private bool HasWork() => Volatile.Read(ref s_shared.Unclaimed) > 0 && index < Volatile.Read(ref s_threads) - 1;

        private void RunChunk()
        {
            Volatile.Write(ref _state, Running);
            RunOne();
            while (Interlocked.CompareExchange(ref _state, Idle, Running) != Running)
            {
                if (Volatile.Read(ref _state) == Brought)
                {
                    _state = Running;
                    Processor.Leave(Processor.Current(), _allowed);
                }

                Thread.SpinWait(1);
            }
        }

        /// <summary>Moves away from the caller's processor, once a millisecond at most; false if that was not possible.</summary>
        private bool MoveFrom(int processor)
        {
            if (Stopwatch.GetTimestamp() - _moved < Rest || !_allowed.Read(0) || !Processor.Leave(processor, _allowed))
            {
                return false;
            }

            _moved = Stopwatch.GetTimestamp();
            return true;
        }

        private void RestUntilWoken()
        {
            lock (_gate)
            {
                Volatile.Write(ref s_restUntil, Stopwatch.GetTimestamp() + Rest);
                AwaitWake();
            }
        }

        private bool SpinForWork()
        {
            var deadline = Stopwatch.GetTimestamp() + SpinTicks;
            do
            {
                for (var i = 0; i < 16; i++)
                {
                    if (HasWork())
                    {
                        return true;
                    }

                    Thread.SpinWait(1);
                }
            }
            while (Stopwatch.GetTimestamp() < deadline);
            return false;
        }

        private void Park()
        {
            lock (_gate)
            {
                // Publish the flag before the last look: Share makes chunks visible before it reads the flags.
                Interlocked.Exchange(ref _parked, 1);
                if (HasWork())
                {
                    _parked = 0;
                    return;
                }

                AwaitWake();
            }
        }

        private void AwaitWake()
        {
            _parked = 1;
            while (_parked != 0)
            {
                Monitor.Wait(_gate);
            }
        }
    }
}
