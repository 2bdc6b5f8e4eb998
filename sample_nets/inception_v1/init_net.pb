
inception_v1_init-conv1/7x7_s2_w"
XavierFill*
shape0@000)conv1/7x7_s2_b"ConstantFill*	
shape0@1conv2/3x3_reduce_w"
XavierFill*
shape0@0@00-conv2/3x3_reduce_b"ConstantFill*	
shape0@+conv2/3x3_w"
XavierFill*
shape0¿0@00'conv2/3x3_b"ConstantFill*

shape0¿2inception_3a/1x1_w"
XavierFill*
shape0@0¿00-inception_3a/1x1_b"ConstantFill*	
shape0@9inception_3a/3x3_reduce_w"
XavierFill*
shape0`0¿004inception_3a/3x3_reduce_b"ConstantFill*	
shape0`2inception_3a/3x3_w"
XavierFill*
shape0Ä0`00.inception_3a/3x3_b"ConstantFill*

shape0Ä9inception_3a/5x5_reduce_w"
XavierFill*
shape00¿004inception_3a/5x5_reduce_b"ConstantFill*	
shape01inception_3a/5x5_w"
XavierFill*
shape0 000-inception_3a/5x5_b"ConstantFill*	
shape0 8inception_3a/pool_proj_w"
XavierFill*
shape0 0¿003inception_3a/pool_proj_b"ConstantFill*	
shape0 3inception_3b/1x1_w"
XavierFill*
shape0Ä0Ä00.inception_3b/1x1_b"ConstantFill*

shape0Ä:inception_3b/3x3_reduce_w"
XavierFill*
shape0Ä0Ä005inception_3b/3x3_reduce_b"ConstantFill*

shape0Ä3inception_3b/3x3_w"
XavierFill*
shape0¿0Ä00.inception_3b/3x3_b"ConstantFill*

shape0¿9inception_3b/5x5_reduce_w"
XavierFill*
shape0 0Ä004inception_3b/5x5_reduce_b"ConstantFill*	
shape0 1inception_3b/5x5_w"
XavierFill*
shape0`0 00-inception_3b/5x5_b"ConstantFill*	
shape0`8inception_3b/pool_proj_w"
XavierFill*
shape0@0Ä003inception_3b/pool_proj_b"ConstantFill*	
shape0@3inception_4a/1x1_w"
XavierFill*
shape0¿0‡00.inception_4a/1x1_b"ConstantFill*

shape0¿9inception_4a/3x3_reduce_w"
XavierFill*
shape0`0‡004inception_4a/3x3_reduce_b"ConstantFill*	
shape0`2inception_4a/3x3_w"
XavierFill*
shape0–0`00.inception_4a/3x3_b"ConstantFill*

shape0–9inception_4a/5x5_reduce_w"
XavierFill*
shape00‡004inception_4a/5x5_reduce_b"ConstantFill*	
shape01inception_4a/5x5_w"
XavierFill*
shape00000-inception_4a/5x5_b"ConstantFill*	
shape008inception_4a/pool_proj_w"
XavierFill*
shape0@0‡003inception_4a/pool_proj_b"ConstantFill*	
shape0@3inception_4b/1x1_w"
XavierFill*
shape0†0Ä00.inception_4b/1x1_b"ConstantFill*

shape0†9inception_4b/3x3_reduce_w"
XavierFill*
shape0p0Ä004inception_4b/3x3_reduce_b"ConstantFill*	
shape0p2inception_4b/3x3_w"
XavierFill*
shape0‡0p00.inception_4b/3x3_b"ConstantFill*

shape0‡9inception_4b/5x5_reduce_w"
XavierFill*
shape00Ä004inception_4b/5x5_reduce_b"ConstantFill*	
shape01inception_4b/5x5_w"
XavierFill*
shape0@000-inception_4b/5x5_b"ConstantFill*	
shape0@8inception_4b/pool_proj_w"
XavierFill*
shape0@0Ä003inception_4b/pool_proj_b"ConstantFill*	
shape0@3inception_4c/1x1_w"
XavierFill*
shape0Ä0Ä00.inception_4c/1x1_b"ConstantFill*

shape0Ä:inception_4c/3x3_reduce_w"
XavierFill*
shape0Ä0Ä005inception_4c/3x3_reduce_b"ConstantFill*

shape0Ä3inception_4c/3x3_w"
XavierFill*
shape0Ä0Ä00.inception_4c/3x3_b"ConstantFill*

shape0Ä9inception_4c/5x5_reduce_w"
XavierFill*
shape00Ä004inception_4c/5x5_reduce_b"ConstantFill*	
shape01inception_4c/5x5_w"
XavierFill*
shape0@000-inception_4c/5x5_b"ConstantFill*	
shape0@8inception_4c/pool_proj_w"
XavierFill*
shape0@0Ä003inception_4c/pool_proj_b"ConstantFill*	
shape0@2inception_4d/1x1_w"
XavierFill*
shape0p0Ä00-inception_4d/1x1_b"ConstantFill*	
shape0p:inception_4d/3x3_reduce_w"
XavierFill*
shape0ê0Ä005inception_4d/3x3_reduce_b"ConstantFill*

shape0ê3inception_4d/3x3_w"
XavierFill*
shape0†0ê00.inception_4d/3x3_b"ConstantFill*

shape0†9inception_4d/5x5_reduce_w"
XavierFill*
shape0 0Ä004inception_4d/5x5_reduce_b"ConstantFill*	
shape0 1inception_4d/5x5_w"
XavierFill*
shape0@0 00-inception_4d/5x5_b"ConstantFill*	
shape0@8inception_4d/pool_proj_w"
XavierFill*
shape0@0Ä003inception_4d/pool_proj_b"ConstantFill*	
shape0@3inception_4e/1x1_w"
XavierFill*
shape0Ä0ê00.inception_4e/1x1_b"ConstantFill*

shape0Ä:inception_4e/3x3_reduce_w"
XavierFill*
shape0†0ê005inception_4e/3x3_reduce_b"ConstantFill*

shape0†3inception_4e/3x3_w"
XavierFill*
shape0¿0†00.inception_4e/3x3_b"ConstantFill*

shape0¿9inception_4e/5x5_reduce_w"
XavierFill*
shape0 0ê004inception_4e/5x5_reduce_b"ConstantFill*	
shape0 2inception_4e/5x5_w"
XavierFill*
shape0Ä0 00.inception_4e/5x5_b"ConstantFill*

shape0Ä9inception_4e/pool_proj_w"
XavierFill*
shape0Ä0ê004inception_4e/pool_proj_b"ConstantFill*

shape0Ä3inception_5a/1x1_w"
XavierFill*
shape0Ä0¿00.inception_5a/1x1_b"ConstantFill*

shape0Ä:inception_5a/3x3_reduce_w"
XavierFill*
shape0†0¿005inception_5a/3x3_reduce_b"ConstantFill*

shape0†3inception_5a/3x3_w"
XavierFill*
shape0¿0†00.inception_5a/3x3_b"ConstantFill*

shape0¿9inception_5a/5x5_reduce_w"
XavierFill*
shape0 0¿004inception_5a/5x5_reduce_b"ConstantFill*	
shape0 2inception_5a/5x5_w"
XavierFill*
shape0Ä0 00.inception_5a/5x5_b"ConstantFill*

shape0Ä9inception_5a/pool_proj_w"
XavierFill*
shape0Ä0¿004inception_5a/pool_proj_b"ConstantFill*

shape0Ä3inception_5b/1x1_w"
XavierFill*
shape0Ä0¿00.inception_5b/1x1_b"ConstantFill*

shape0Ä:inception_5b/3x3_reduce_w"
XavierFill*
shape0¿0¿005inception_5b/3x3_reduce_b"ConstantFill*

shape0¿3inception_5b/3x3_w"
XavierFill*
shape0Ä0¿00.inception_5b/3x3_b"ConstantFill*

shape0Ä9inception_5b/5x5_reduce_w"
XavierFill*
shape000¿004inception_5b/5x5_reduce_b"ConstantFill*	
shape002inception_5b/5x5_w"
XavierFill*
shape0Ä0000.inception_5b/5x5_b"ConstantFill*

shape0Ä9inception_5b/pool_proj_w"
XavierFill*
shape0Ä0¿004inception_5b/pool_proj_b"ConstantFill*

shape0Ä/loss3/classifier_w"
XavierFill*
shape0Ë0Ä.loss3/classifier_b"ConstantFill*

shape0ËsimpleBconv1/7x7_s2_wBconv1/7x7_s2_bBconv2/3x3_reduce_wBconv2/3x3_reduce_bBconv2/3x3_wBconv2/3x3_bBinception_3a/1x1_wBinception_3a/1x1_bBinception_3a/3x3_reduce_wBinception_3a/3x3_reduce_bBinception_3a/3x3_wBinception_3a/3x3_bBinception_3a/5x5_reduce_wBinception_3a/5x5_reduce_bBinception_3a/5x5_wBinception_3a/5x5_bBinception_3a/pool_proj_wBinception_3a/pool_proj_bBinception_3b/1x1_wBinception_3b/1x1_bBinception_3b/3x3_reduce_wBinception_3b/3x3_reduce_bBinception_3b/3x3_wBinception_3b/3x3_bBinception_3b/5x5_reduce_wBinception_3b/5x5_reduce_bBinception_3b/5x5_wBinception_3b/5x5_bBinception_3b/pool_proj_wBinception_3b/pool_proj_bBinception_4a/1x1_wBinception_4a/1x1_bBinception_4a/3x3_reduce_wBinception_4a/3x3_reduce_bBinception_4a/3x3_wBinception_4a/3x3_bBinception_4a/5x5_reduce_wBinception_4a/5x5_reduce_bBinception_4a/5x5_wBinception_4a/5x5_bBinception_4a/pool_proj_wBinception_4a/pool_proj_bBinception_4b/1x1_wBinception_4b/1x1_bBinception_4b/3x3_reduce_wBinception_4b/3x3_reduce_bBinception_4b/3x3_wBinception_4b/3x3_bBinception_4b/5x5_reduce_wBinception_4b/5x5_reduce_bBinception_4b/5x5_wBinception_4b/5x5_bBinception_4b/pool_proj_wBinception_4b/pool_proj_bBinception_4c/1x1_wBinception_4c/1x1_bBinception_4c/3x3_reduce_wBinception_4c/3x3_reduce_bBinception_4c/3x3_wBinception_4c/3x3_bBinception_4c/5x5_reduce_wBinception_4c/5x5_reduce_bBinception_4c/5x5_wBinception_4c/5x5_bBinception_4c/pool_proj_wBinception_4c/pool_proj_bBinception_4d/1x1_wBinception_4d/1x1_bBinception_4d/3x3_reduce_wBinception_4d/3x3_reduce_bBinception_4d/3x3_wBinception_4d/3x3_bBinception_4d/5x5_reduce_wBinception_4d/5x5_reduce_bBinception_4d/5x5_wBinception_4d/5x5_bBinception_4d/pool_proj_wBinception_4d/pool_proj_bBinception_4e/1x1_wBinception_4e/1x1_bBinception_4e/3x3_reduce_wBinception_4e/3x3_reduce_bBinception_4e/3x3_wBinception_4e/3x3_bBinception_4e/5x5_reduce_wBinception_4e/5x5_reduce_bBinception_4e/5x5_wBinception_4e/5x5_bBinception_4e/pool_proj_wBinception_4e/pool_proj_bBinception_5a/1x1_wBinception_5a/1x1_bBinception_5a/3x3_reduce_wBinception_5a/3x3_reduce_bBinception_5a/3x3_wBinception_5a/3x3_bBinception_5a/5x5_reduce_wBinception_5a/5x5_reduce_bBinception_5a/5x5_wBinception_5a/5x5_bBinception_5a/pool_proj_wBinception_5a/pool_proj_bBinception_5b/1x1_wBinception_5b/1x1_bBinception_5b/3x3_reduce_wBinception_5b/3x3_reduce_bBinception_5b/3x3_wBinception_5b/3x3_bBinception_5b/5x5_reduce_wBinception_5b/5x5_reduce_bBinception_5b/5x5_wBinception_5b/5x5_bBinception_5b/pool_proj_wBinception_5b/pool_proj_bBloss3/classifier_wBloss3/classifier_b