namespace DeepLearning.Layers;

/// <summary>
/// A module of one tensor in and one tensor out whose errors name it by its path in the model, and whose output a
/// <see cref="ModuleSummary"/> lists. The library's own layers derive from it; implement <see cref="Compute"/>.
/// </summary>
public abstract class Layer : Module<Tensor, Tensor>
{
    /// <inheritdoc/>
    /// <exception cref="ShapeException">The input's shape does not fit; the message names the layer and what would fit.</exception>
    /// <exception cref="DTypeException">The input's type does not fit.</exception>
    /// <exception cref="IndexException">The input has an index that is out of range.</exception>
    /// <exception cref="AnomalyException">The layer made a NaN under <see cref="Autograd.DetectAnomaly"/>.</exception>
    public sealed override Tensor Forward(Tensor input) => Run(input, this, static (layer, x) => layer.Compute(x));

    /// <summary>As <see cref="Forward"/>, of a layer that is told more than its input.</summary>
    /// <param name="input">The input.</param>
    /// <param name="told">What it is told, handed on.</param>
    /// <param name="compute">Computes the output.</param>
    private protected Tensor Run<T>(Tensor input, T told, Func<T, Tensor, Tensor> compute)
    {
        ArgumentNullException.ThrowIfNull(input);
        Tensor output;
        Trace? trace = Trace.Current;
        trace?.Enter(this);
        try
        {
            output = compute(told, input);
        }
        catch (ShapeException e) when (e.InnerException is not ShapeException)
        {
            throw new ShapeException(Named(e), e);
        }
        catch (DTypeException e) when (e.InnerException is not DTypeException)
        {
            throw new DTypeException(Named(e), e);
        }
        catch (IndexException e) when (e.InnerException is not IndexException)
        {
            throw new IndexException(Named(e), e);
        }
        catch (AnomalyException e) when (e.InnerException is not AnomalyException)
        {
            throw new AnomalyException(e.Operation, $"{LabelInModel()}: {e.Message}", e);
        }
        finally
        {
            trace?.Leave();
        }

        ShapeRecorder.Current?.Record(this, output);
        return output;
    }

    /// <summary>Computes the output.</summary>
    /// <param name="input">The input.</param>
    /// <returns>The output.</returns>
    protected abstract Tensor Compute(Tensor input);

    /// <summary>The error with the layer's label in place of the operation's name, where that is the layer's kind again.</summary>
    private string Named(Exception error)
    {
        string message = error.Message;
        int colon = message.IndexOf(": ", StringComparison.Ordinal);
        bool isKind = colon > 0 && GetType().Name.StartsWith(message[..colon], StringComparison.OrdinalIgnoreCase);
        return $"{LabelInModel()}: {(isKind ? message[(colon + 2)..] : message)}";
    }
}
