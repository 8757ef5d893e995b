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
        catch (ShapeException e) when (e.InnerException is not ShapeException)
        {
            throw new ShapeException(Named(module, e), e);
        }
        catch (DTypeException e) when (e.InnerException is not DTypeException)
        {
            throw new DTypeException(Named(module, e), e);
        }
        catch (IndexException e) when (e.InnerException is not IndexException)
        {
            throw new IndexException(Named(module, e), e);
        }
        catch (AnomalyException e) when (e.InnerException is not AnomalyException)
        {
            throw new AnomalyException(e.Operation, $"{module.LabelInModel()}: {e.Message}", e);
        }
    }

    /// <summary>The error with the module's label in place of the operation's name, where that is the module's kind again.</summary>
    private static string Named(Module module, Exception error)
    {
        string message = error.Message;
        int colon = message.IndexOf(": ", StringComparison.Ordinal);
        bool isKind = colon > 0 && module.GetType().Name.StartsWith(message[..colon], StringComparison.OrdinalIgnoreCase);
        return $"{module.LabelInModel()}: {(isKind ? message[(colon + 2)..] : message)}";
    }
}
