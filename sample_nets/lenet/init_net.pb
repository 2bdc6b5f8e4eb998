

lenet_init&conv1_w"
XavierFill*
shape0000"conv1_b"ConstantFill*	
shape0&conv2_w"
XavierFill*
shape02000"conv2_b"ConstantFill*	
shape02"ip1_w"
XavierFill*
shape0ô0 !ip1_b"ConstantFill*

shape0ô!ip2_w"
XavierFill*
shape0
0ô ip2_b"ConstantFill*	
shape0
simpleBconv1_wBconv1_bBconv2_wBconv2_bBip1_wBip1_bBip2_wBip2_b