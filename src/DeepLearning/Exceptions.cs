namespace DeepLearning;

/// <summary>Shapes, axes or sizes do not fit an operation; the message names the operation, the shapes and what would fit.</summary>
public sealed class ShapeException : ArgumentException
{
    /// <summary>Creates the exception with its message.</summary>
    /// <param name="message">What does not fit, and what would.</param>
    public ShapeException(string message) : base(message)
    {
    }

    /// <summary>Creates the exception with its message and the one it explains.</summary>
    /// <param name="message">What does not fit, and what would.</param>
    /// <param name="inner">The exception it explains.</param>
    public ShapeException(string message, Exception inner) : base(message, inner)
    {
    }
}

/// <summary>
/// An index is outside its axis; the message names the operation, the index, the axis and its length. Nothing was written.
/// </summary>
public sealed class IndexException : ArgumentException
{
    /// <summary>Creates the exception with its message.</summary>
    /// <param name="message">Which index does not fit, and what would.</param>
    public IndexException(string message) : base(message)
    {
    }

    /// <summary>Creates the exception with its message and the one it explains.</summary>
    /// <param name="message">Which index does not fit, and what would.</param>
    /// <param name="inner">The exception it explains.</param>
    public IndexException(string message, Exception inner) : base(message, inner)
    {
    }
}

/// <summary>An element type does not fit an operation; the message names the operation, the type and what would fit.</summary>
public sealed class DTypeException : ArgumentException
{
    /// <summary>Creates the exception with its message.</summary>
    /// <param name="message">What does not fit, and what would.</param>
    public DTypeException(string message) : base(message)
    {
    }

    /// <summary>Creates the exception with its message and the one it explains.</summary>
    /// <param name="message">What does not fit, and what would.</param>
    /// <param name="inner">The exception it explains.</param>
    public DTypeException(string message, Exception inner) : base(message, inner)
    {
    }
}

/// <summary>Tensors of one operation are on different devices, or on one that cannot do it.</summary>
public sealed class DeviceException : InvalidOperationException
{
    /// <summary>Creates the exception with its message.</summary>
    /// <param name="message">What does not fit, and what would.</param>
    public DeviceException(string message) : base(message)
    {
    }
}

/// <summary>A model cannot be compiled: something that it does is not an operation that can be run again.</summary>
public sealed class CompilationException : InvalidOperationException
{
    /// <summary>Creates the exception with its message.</summary>
    /// <param name="message">What cannot be captured, and in which layer.</param>
    public CompilationException(string message) : base(message)
    {
    }
}

/// <summary>A gradient cannot be computed: no graph, a graph already used up, or a value changed after it was saved.</summary>
public sealed class AutogradException : InvalidOperationException
{
    /// <summary>Creates the exception with its message.</summary>
    /// <param name="message">What went wrong and how to avoid it.</param>
    public AutogradException(string message) : base(message)
    {
    }
}
