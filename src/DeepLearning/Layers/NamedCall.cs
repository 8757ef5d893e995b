namespace DeepLearning.Layers;

/// <summary>
/// A <see cref="LayerCall"/> whose errors name the module by its path. What <see cref="Layer"/> does for one tensor, for any input and
/// output.
/// </summary>
internal static class NamedCall
{
    public static TOut Of<TModule, TIn, TOut>(TModule module, TIn input, Func<TModule, TIn, TOut> compute)
        where TModule : Module
    {
        try
        {
            using LayerCall call = new(module);
            return call.Gives(compute(module, input));
        }
        catch (Exception e) when (Named(module, e) is { } named)
        {
            throw named;
        }
    }

    /// <summary>As <see cref="Of"/>, of two tensors in and one out, with the module's hooks around it.</summary>
    public static Tensor OfTwo<TModule, TMore>(
        TModule module, Tensor first, Tensor second, TMore more, Func<TModule, Tensor, Tensor, TMore, Tensor> compute)
        where TModule : Module
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        return Of(module, (first, second, more, compute), static (layer, call) => layer.Hooks is null
            ? call.compute(layer, call.first, call.second, call.more)
            : layer.Hooks.Run(layer, [call.first, call.second], x => call.compute(layer, x[0]!, x[1]!, call.more)));
    }

    /// <summary>
    /// An operation's error as that of the module; null for any other, and where a module within has named it. What the failed call has
    /// changed to compute the module's parameters is taken back.
    /// </summary>
    public static Exception? Named(Module module, Exception error)
    {
        module.UndoParameters();
        return Renamed(module, error);
    }

    private static Exception? Renamed(Module module, Exception error) => error switch
    {
        ShapeException { InnerException: not ShapeException } => new ShapeException(Message(module, error), error),
        DTypeException { InnerException: not DTypeException } => new DTypeException(Message(module, error), error),
        IndexException { InnerException: not IndexException } => new IndexException(Message(module, error), error),
        AnomalyException { InnerException: not AnomalyException } anomaly =>
            new AnomalyException(anomaly.Operation, $"{module.LabelInModel()}: {error.Message}", error),
        _ => null,
    };

    /// <summary>The error with the module's label in place of the operation's name, where that is the module's kind again.</summary>
    private static string Message(Module module, Exception error)
    {
        string message = error.Message;
        int colon = message.IndexOf(": ", StringComparison.Ordinal);
        bool isKind = colon > 0 && module.GetType().Name.StartsWith(message[..colon], StringComparison.OrdinalIgnoreCase);
        return $"{module.LabelInModel()}: {(isKind ? message[(colon + 2)..] : message)}";
    }
}
