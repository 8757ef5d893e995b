using System.Diagnostics.Tracing;

namespace DeepLearning.DefaultProject;

/// <summary>
/// Hears from the compiler which calls it left in kernels because the budget for inlining, which depends on the size of the method that is
/// compiled, was used up.
/// </summary>
internal sealed class InliningBudget : EventListener
{
    private const string Runtime = "Microsoft-Windows-DotNETRuntime";
    private const EventKeywords JitTracing = (EventKeywords)0x1000;
    private const string Reason = "inline exceeds budget";

    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, int> _calls = new(StringComparer.Ordinal);

    /// <summary>Runs the kernels and prints each method that was left with calls, and their number.</summary>
    public static void Explain(IReadOnlyList<string> names)
    {
        using InliningBudget budget = new();
        Measuring.WarmUp(names);
        lock (budget._lock)
        {
            Console.WriteLine($"{budget._calls.Count} methods of kernels in which the compiler's budget for inlining was used up, and the "
                + "calls left in them:");
            foreach ((string method, int calls) in budget._calls)
            {
                Console.WriteLine($"{calls,4}  {method}");
            }
        }
    }

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == Runtime)
        {
            EnableEvents(eventSource, EventLevel.Verbose, JitTracing);
        }
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData.EventName?.StartsWith("MethodJitInliningFailed", StringComparison.Ordinal) != true
            || Value(eventData, "FailReason") != Reason)
        {
            return;
        }

        // A step compiled on its own is a beginning only: it becomes a part of the loop that calls it.
        string type = Value(eventData, "MethodBeingCompiledNamespace"), method = Value(eventData, "MethodBeingCompiledName");
        if (type.StartsWith("DeepLearning.Backends.Cpu.", StringComparison.Ordinal) && method != "Step")
        {
            lock (_lock)
            {
                string name = $"{type}.{method}";
                _calls[name] = _calls.GetValueOrDefault(name) + 1;
            }
        }
    }

    private static string Value(EventWrittenEventArgs data, string name) =>
        data.PayloadNames?.IndexOf(name) is >= 0 and int index ? data.Payload?[index]?.ToString() ?? "" : "";
}
