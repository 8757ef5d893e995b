namespace DeepLearning;

/// <summary>What a recurrent layer computes in a step.</summary>
internal enum RecurrentKind
{
    /// <summary>h' = tanh(W x + U h)</summary>
    Tanh,

    /// <summary>h' = max(W x + U h, 0)</summary>
    Relu,

    /// <summary>Long short-term memory; gates in the order input, forget, cell, output.</summary>
    LSTM,

    /// <summary>Gated recurrent unit; gates in the order reset, update, new.</summary>
    GRU,
}

internal static class RecurrentKinds
{
    /// <summary>How many rows of the weights each unit has.</summary>
    public static int Gates(this RecurrentKind kind) => kind switch
    {
        RecurrentKind.LSTM => 4,
        RecurrentKind.GRU => 3,
        _ => 1,
    };

    /// <summary>The name of the layer, as operations and messages give it.</summary>
    public static string Name(this RecurrentKind kind) => kind is RecurrentKind.Tanh or RecurrentKind.Relu ? "RNN" : kind.ToString();
}
