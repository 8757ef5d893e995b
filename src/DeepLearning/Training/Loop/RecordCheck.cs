using DeepLearning.Layers;

namespace DeepLearning.Training;

/// <summary>Looks at what the first loss of a fit was computed from: parameters that nobody trains.</summary>
internal sealed class RecordCheck(TrainingRun run)
{
    private bool _isDone;

    /// <summary>Checks the fit's first loss: parameters that were made meanwhile are new in each batch and never learn.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="made">The parameters made in this process before the model ran.</param>
    /// <exception cref="InvalidOperationException">The model made a parameter while it ran.</exception>
    public void Check(Tensor loss, long made)
    {
        if (_isDone)
        {
            return;
        }

        _isDone = true;
        HashSet<Tensor> trained = Set(run.Optimizer.ParameterGroups.SelectMany(static group => group.Parameters));
        Parameter[] others = [.. Autograd.Leaves(loss, []).OfType<Parameter>().Where(leaf => !trained.Contains(leaf))];
        if (others.Length == 0)
        {
            return;
        }

        HashSet<Tensor> own = Set(run.Model.Parameters());
        if (Array.Find(others, parameter => parameter.Number > made) is { } late)
        {
            throw new InvalidOperationException(own.Contains(late)
                ? $"Trainer: the parameter {NameOf(late)} {late.Shape} was made while the model ran, after the optimizer, "
                    + "which does not know it and would never train it. Make layers in the constructor, or run the model once before the "
                    + "optimizer is made."
                : $"Trainer: a parameter {late.Shape} was made while the model ran and belongs to none of its fields: a layer made inside "
                    + "Forward is a new one in each batch, and never learns. Make it in a field or in the constructor.");
        }

        HashSet<Tensor> aside = Set(run.Model.ParametersSetAside());
        string[] lost = [.. others.Where(p => !own.Contains(p) && !aside.Contains(p)).Select(static p => p.Shape.ToString())];
        if (lost.Length > 0)
        {
            run.Notices.Warn($"Trainer: the loss depends on {lost.Length} parameters "
                + $"({string.Join(", ", lost.Take(3))}{(lost.Length > 3 ? ", …" : "")}) that "
                + $"are neither among those of the model ({run.Model.GetType().Name}) nor in the optimizer: they are not trained and not "
                + "saved. A module is found in a field, list, dictionary or tuple of a module. If that is meant, freeze them "
                + "(RequiresGradInPlace(false)), or mark "
                + "their field [Unregistered].");
        }

        static HashSet<Tensor> Set(IEnumerable<Tensor> tensors) => new(tensors, ReferenceEqualityComparer.Instance);
    }

    private string NameOf(Parameter parameter) =>
        run.Model.NamedParameters().First(named => ReferenceEquals(named.Parameter, parameter)).Name;
}
