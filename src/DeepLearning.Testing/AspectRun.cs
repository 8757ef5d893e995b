using System.Text;

namespace DeepLearning.Testing;

/// <summary>Runs aspect after aspect and reports all that failed together.</summary>
internal sealed class AspectRun(string check, string subject, CheckOptions options)
{
    private readonly List<CheckFailure> _failures = [];
    private int _count;

    /// <summary>Runs an aspect, unless the options leave it out. What it throws is its failure.</summary>
    /// <returns>Whether it holds, or was left out.</returns>
    public bool Run(Aspect aspect, Action action)
    {
        if (!options.Wants(aspect))
        {
            return true;
        }

        _count++;
        try
        {
            action();
            return true;
        }
        catch (Exception e)
        {
            string message = e is CheckException or GradCheckException ? e.Message : $"{e.GetType().Name}: {e.Message}";
            _failures.Add(new CheckFailure(aspect, message));
            return false;
        }
    }

    /// <summary>Throws if an aspect failed.</summary>
    public void Finish()
    {
        if (_failures.Count == 0)
        {
            return;
        }

        StringBuilder text = new();
        text.Append(check).Append(": ").Append(_failures.Count).Append(" of ").Append(_count).Append(" aspects of ").Append(subject)
            .Append(" failed:");
        foreach (CheckFailure failure in _failures)
        {
            string message = failure.Message.Replace("\n", "\n    ", StringComparison.Ordinal);
            text.Append("\n  ").Append(failure.Aspect).Append(": ").Append(message);
        }

        throw new CheckException(text.ToString(), _failures);
    }
}
